import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fakeClock } from '../src/conformance/fake-clock.ts';
import type { Credential } from '../src/credential.ts';
import { fixedSource } from '../src/fixed-source.ts';
import { secret } from '../src/secret.ts';

const context = () => ({ signal: new AbortController().signal, clock: fakeClock(), minValidityMs: 0 });
const newSecret = () => secret(randomBytes(24).toString('base64url'));

describe('fixedSource', () => {
  test('yields the given secret under the given name, fetched now by the clock of the context', async () => {
    const value = newSecret();
    const clock = fakeClock();
    await clock.advance(5_000);
    const credential = await fixedSource(value, { name: 'test:key' }).fetch({ ...context(), clock });
    expect(credential.value).toBe(value);
    expect(credential.origin).toEqual({
      adapter: 'fixed',
      reference: 'test:key',
      fetchedAt: new Date(clock.now()),
    });
  });

  test('is named fixed by default', () => {
    expect(fixedSource(newSecret()).name).toBe('fixed');
  });

  test('yields a record, even one with fields called value and origin', async () => {
    const record = { value: newSecret(), origin: 'https://api.example.com' };
    expect((await fixedSource(record).fetch(context())).value).toBe(record);
    const allSecret = { value: newSecret(), origin: newSecret() };
    expect((await fixedSource(allSecret).fetch(context())).value).toBe(allSecret);
  });

  test('keeps everything of a given credential but when it was fetched', async () => {
    const given: Credential = {
      value: newSecret(),
      expiresAt: new Date('2031-01-01T00:00:00Z'),
      version: '7',
      lease: {},
      origin: { adapter: 'vault', reference: 'vault://kv/app', fetchedAt: new Date(0) },
    };
    const clock = fakeClock();
    const fetched = await fixedSource(given).fetch({ ...context(), clock });
    expect(fetched).toEqual({ ...given, origin: { ...given.origin, fetchedAt: new Date(clock.now()) } });
    expect(fetched.lease).toBe(given.lease);
  });

  test('answers "unchanged" to its own previous credential, but not to a rejected one', async () => {
    const source = fixedSource(newSecret());
    const previous = await source.fetch(context());
    expect(await source.fetch({ ...context(), previous })).toBe(previous);
    expect(await source.fetch({ ...context(), previous, rejected: previous })).not.toBe(previous);
    const foreign = await fixedSource(newSecret()).fetch(context());
    expect(await source.fetch({ ...context(), previous: foreign })).not.toBe(foreign);
  });

  test('an aborted signal is answered with aborted', async () => {
    const source = fixedSource(newSecret(), { name: 'test:key' });
    await expect(source.fetch({ ...context(), signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
      source: 'test:key',
    });
  });
});
