import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadCredentials, required } from '../../src/composition/load-credentials.ts';
import { select } from '../../src/composition/select.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { CredentialEvent } from '../../src/credential-event.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { secret } from '../../src/secret.ts';
import { failedLoad } from './failed-load.ts';
import {
  jsonCredential,
  mintingSource,
  newText,
  rejection,
  scriptedSource,
  textCredential,
} from './scripted-source.ts';

describe('a schema in loadCredentials', () => {
  const schema = z.string().startsWith('good');

  test('refuses a first value, tells the path alone and gives the lease back', async () => {
    const source = scriptedSource('a', () => textCredential(`bad ${newText()}`, { lease: {} }));
    const error = await failedLoad(loadCredentials({ a: required(source, 'a', { schema }) }));
    expect(error.errors).toMatchObject([
      { code: 'invalid_response', message: 'the value does not fit its schema at the value itself' },
    ]);
    expect(source.released).toHaveLength(1);
  });

  test('refuses a refreshed value: the old one stays, an event and the status tell of it', async () => {
    const clock = fakeClock();
    const events: CredentialEvent[] = [];
    const bad = `bad ${newText()}`;
    const source = scriptedSource('a', (_, count) => textCredential(count === 2 ? bad : `good ${count}`));
    await using load = await loadCredentials(
      { a: required(source, 'a', { schema }) },
      { clock, onEvent: (event) => events.push(event) },
    );
    await clock.advance(299_000);
    expect(await load.a.reveal()).toBe('good 1');
    await clock.advance(0);
    expect(load.a.current()?.value.reveal()).toBe('good 1');
    expect(events.map(({ type }) => type)).toEqual(['fetched', 'schema_refused', 'fetch_failed']);
    expect(load.a.status()).toMatchObject({ state: 'fresh', failures: 1, lastError: { code: 'invalid_response' } });
    expect(inspect([events, load.a.status()], { depth: Number.POSITIVE_INFINITY })).not.toContain(bad);
    await clock.advance(60_000);
    expect(await load.a.reveal()).toBe('good 1');
    await clock.advance(0);
    expect(await load.a.reveal()).toBe('good 3');
  });

  test('judges the part that was selected, whole or record', async () => {
    const source = scriptedSource('db', (_, count) => jsonCredential({ user: `user ${count}`, port: count }));
    await using load = await loadCredentials({
      port: required(select(source, 'port'), 'port', { schema: z.coerce.number() }),
      both: required(select(source, ['user', 'port']), 'both', {
        schema: z.object({ user: z.string(), port: z.literal('1') }),
      }),
    });
    expect(await load.port.reveal()).toBe('1');
    const rejected = await load.port.get();
    expect(await rejection(load.port.get({ rejected }))).toMatchObject({
      code: 'invalid_response',
      source: 'db#user,port',
    });
    expect(load.port.current()).toBe(rejected);
  });

  test('a refreshed version that lacks the field of an entry with a schema is refused as well', async () => {
    const clock = fakeClock();
    const source = scriptedSource('db', (_, count) => jsonCredential(count === 1 ? { user: 'app' } : {}));
    await using load = await loadCredentials(
      { user: required(select(source, 'user'), 'user', { schema: z.string() }) },
      { clock },
    );
    await clock.advance(299_000);
    await load.user.get();
    await clock.advance(0);
    expect(load.user.current()?.value.reveal()).toBe('app');
    expect(load.user.status().lastError).toMatchObject({ code: 'not_found' });
  });

  test('judges what a provider that was given holds already, and what it fetches until the load is disposed', async () => {
    const clock = fakeClock();
    const source = scriptedSource('a', (_, count) => textCredential(count === 1 ? 'good 1' : 'bad'));
    await using given = refreshing(source, { clock });
    await given.get();
    await failedLoad(loadCredentials({ a: required(given, 'a', { schema: z.string().startsWith('best') }) }));
    const load = await loadCredentials({ a: required(given, 'a', { schema }) });
    const rejected = await load.a.get();
    expect(await rejection(load.a.get({ rejected }))).toMatchObject({ code: 'invalid_response' });
    await load[Symbol.asyncDispose]();
    await clock.advance(60_000);
    expect((await given.get({ rejected })).value.reveal()).toBe('bad');
  });

  test('all entries that share a source have their say before the first fetch is over', async () => {
    const source = scriptedSource('a', () => textCredential('bad'));
    const error = await failedLoad(
      loadCredentials({ plain: required(source, 'plain'), strict: required(source, 'strict', { schema }) }),
    );
    expect(error.errors).toHaveLength(2);
  });

  test('judges each value once', async () => {
    const judged: string[] = [];
    const counting = z.string().refine((text) => judged.push(text) > 0);
    await using load = await loadCredentials({ a: required(mintingSource(), 'a', { schema: counting }) });
    await load.a.get({ rejected: await load.a.get() });
    expect(judged).toEqual(['v1', 'v2']);
  });

  test('may be asynchronous, and one that throws is a failure', async () => {
    const slow = z.string().refine(async (text) => {
      await new Promise((resolve) => setImmediate(resolve));
      return text === 'good';
    });
    await using load = await loadCredentials({ a: required(fixedSource(secret('good')), 'a', { schema: slow }) });
    expect(await load.a.reveal()).toBe('good');
    const text = newText();
    const broken = z.string().transform((value) => {
      throw new Error(value);
    });
    const error = await failedLoad(
      loadCredentials({ a: required(fixedSource(secret(text)), 'a', { schema: broken }) }),
    );
    expect(error.message).toContain('the schema itself failed (Error)');
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text);
  });
});
