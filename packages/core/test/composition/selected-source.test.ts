import { describe, expect, test } from 'vitest';
import { derivation } from '../../src/composition/derivation.ts';
import { fieldPick } from '../../src/composition/pick.ts';
import { selectedSource, selectionOf } from '../../src/composition/selected-source.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { Credential } from '../../src/credential.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import type { Secret } from '../../src/secret.ts';
import { jsonCredential, newText, rejection, scriptedSource } from './scripted-source.ts';

const context = () => ({ signal: new AbortController().signal, clock: fakeClock(), minValidityMs: 0 });

function fieldOf(parent: CredentialSource, field: string): CredentialSource<Secret | string> {
  const pick = fieldPick(field, 'test');
  return selectedSource(
    parent,
    'test',
    derivation((credential: Credential) => ({ ...credential, value: pick(credential.value) })),
  );
}

const login = (more: Partial<Credential> = {}) => jsonCredential({ user: 'app', password: newText() }, more);

describe('selectedSource', () => {
  test('fetches its parent and keeps all but the value', async () => {
    const whole = login({ version: '7', lease: {}, expiresAt: new Date(1), refreshAt: new Date(2) });
    const part = await fieldOf(
      scriptedSource('db', () => whole),
      'user',
    ).fetch(context());
    expect(part).toEqual({ ...whole, value: part.value });
    expect((part.value as Secret).reveal()).toBe('app');
  });

  test('translates previous and rejected upwards, and "unchanged" downwards', async () => {
    const parent = scriptedSource('db', ({ previous, rejected }) =>
      previous !== undefined && rejected === undefined ? previous : login(),
    );
    const source = fieldOf(parent, 'password');
    const first = await source.fetch(context());
    expect(await source.fetch({ ...context(), previous: first })).toBe(first);
    const whole = parent.contexts[1]?.previous;
    expect(whole?.value.reveal()).toContain('"user"');
    expect(await source.fetch({ ...context(), previous: first, rejected: first })).not.toBe(first);
    expect(parent.contexts[2]).toMatchObject({ previous: whole, rejected: whole });
  });

  test('says nothing upwards of a credential that is not its own', async () => {
    const parent = scriptedSource('db', () => login());
    const foreign = await fieldOf(parent, 'password').fetch(context());
    await fieldOf(parent, 'password').fetch({ ...context(), previous: foreign, rejected: foreign });
    expect(Object.keys(parent.contexts[1] ?? {}).sort()).toEqual(['clock', 'minValidityMs', 'signal']);
  });

  test('releases what its parent minted', async () => {
    const parent = scriptedSource('db', () => login({ lease: {} }));
    const provider = refreshing(fieldOf(parent, 'user'));
    const { lease } = await provider.get();
    await provider[Symbol.asyncDispose]();
    expect(parent.released).toEqual([lease]);
  });

  test('releases nothing for a credential that is not its own', async () => {
    const parent = scriptedSource('db', () => login({ lease: {} }));
    const foreign = await fieldOf(parent, 'user').fetch(context());
    parent.release = async () => expect.unreachable();
    await fieldOf(parent, 'user').release?.(foreign, context());
  });

  test('has no release where its parent has none', () => {
    const { release: _, ...parent } = scriptedSource('db', () => login());
    expect(fieldOf(parent, 'user')).not.toHaveProperty('release');
  });

  test('gives back at once what the parent minted without the field, and tells of the field', async () => {
    const lease = {};
    const parent = scriptedSource('db', () => login({ lease }));
    const error = await rejection(fieldOf(parent, 'token').fetch(context()));
    expect(error).toMatchObject({ code: 'not_found' });
    expect(parent.released).toEqual([lease]);
  });

  test('a failure to give it back does not hide what was missing', async () => {
    const parent = scriptedSource('db', () => login({ lease: {} }));
    parent.release = async () => {
      throw new Error('no');
    };
    expect(await rejection(fieldOf(parent, 'token').fetch(context()))).toMatchObject({ code: 'not_found' });
  });

  test('does not give back the lease in hand when its renewal lacks the field', async () => {
    const lease = {};
    const parent = scriptedSource('db', (_, count) => (count === 1 ? login({ lease }) : jsonCredential({}, { lease })));
    const source = fieldOf(parent, 'user');
    const previous = await source.fetch(context());
    expect(await rejection(source.fetch({ ...context(), previous }))).toMatchObject({ code: 'not_found' });
    expect(parent.released).toEqual([]);
  });
});

test('selectionOf tells the parent of a selected source, and nothing of any other', () => {
  const parent = scriptedSource('db', () => login());
  expect(selectionOf(fieldOf(parent, 'user'))?.parent).toBe(parent);
  expect(selectionOf(parent)).toBeUndefined();
});
