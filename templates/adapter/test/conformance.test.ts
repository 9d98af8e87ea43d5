import { randomBytes } from 'node:crypto';
import {
  type Credential,
  type CredentialSource,
  fixedSource,
  references,
  refreshing,
  type Secret,
  secret,
  systemClock,
} from '@keyturn/core';
import { sourceConformance } from '@keyturn/core/conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { type AcmeOptions, acme } from '../src/index.ts';
import { type FakeAcme, fakeAcme } from './fake-acme.ts';

const backend = await fakeAcme();
afterAll(() => backend[Symbol.asyncDispose]());

sourceConformance(
  { describe, test },
  {
    name: 'acme',
    backend: backend.origin,
    secrets: [backend.token],
    source: (item, address) => acme({ address, token: backend.token }).secret(item),
    serve: async (item, value) => backend.put(item, value),
    unconfigured: () => acme({}).secret('api-key'),
    states: {
      async denied(item) {
        const allow = backend.deny(item);
        return async () => allow();
      },
    },
    inapplicable: {
      lease: 'it stores values and mints none',
      binary: 'values are text',
    },
  },
);

describe('acme', () => {
  test('a secret carries its version and its expiry', async () => {
    await using fake = await fakeAcme();
    const expiresAt = new Date(Date.now() + 3_600_000);
    fake.put('api-key', newValue());
    fake.put('api-key', newValue(), expiresAt.toISOString());
    expect(await fetchOnce(fake, 'api-key')).toMatchObject({ version: '2', expiresAt });
  });

  test('an expiry that is no date is invalid_response', async () => {
    await using fake = await fakeAcme();
    fake.put('api-key', newValue(), 'soon');
    await expect(fetchOnce(fake, 'api-key')).rejects.toMatchObject({ code: 'invalid_response' });
  });

  test('a locked service is unreachable', async () => {
    await using fake = await fakeAcme();
    fake.lock();
    await expect(fetchOnce(fake, 'api-key')).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('a missing secret says where to look for it', async () => {
    await using fake = await fakeAcme();
    const hint = expect.stringContaining('in the console');
    await expect(fetchOnce(fake, 'api-key')).rejects.toMatchObject({ code: 'not_found', hint });
  });

  test('a token of a provider is fetched anew when the service refuses it', async () => {
    await using fake = await fakeAcme();
    const value = newValue();
    fake.put('api-key', value);
    const tokens: CredentialSource = { name: 'token', fetch: (context) => fixedSource(fake.token).fetch(context) };
    await using token = refreshing(tokens);
    await using provider = refreshing(acme({ address: fake.origin, token }).secret('api-key'), { maxAgeMs: 0 });
    expect(await provider.reveal()).toBe(value.reveal());
    fake.rotateToken();
    expect(await provider.reveal()).toBe(value.reveal());
  });

  test('the options for HTTP reach the request', async () => {
    await using fake = await fakeAcme();
    fake.put('api-key', newValue());
    const sent: string[] = [];
    const send: typeof fetch = (url, init) => {
      sent.push(String(url));
      return fetch(url, init);
    };
    await fetchOnce(fake, 'api-key', { fetch: send });
    expect(sent).toEqual([`${fake.origin}/v1/secrets/api-key`]);
  });

  test('a reference names a secret, or a field of one', async () => {
    await using fake = await fakeAcme();
    const password = newValue();
    fake.put('database', secret(JSON.stringify({ user: 'app', password: password.reveal() })));
    const { source } = references([acme({ address: `${fake.origin}/`, token: fake.token }).scheme]);
    await using provider = refreshing(source('acme://database#password'));
    expect(await provider.reveal()).toBe(password.reveal());
  });

  test.each(['', '..', 'a/b', '.hidden', 'a?b', 'a'.repeat(129)])('the name %j is invalid_reference', (name) => {
    expect(() => acme({}).secret(name)).toThrow(expect.objectContaining({ code: 'invalid_reference' }));
  });
});

/** One fetch without the retries of core. */
function fetchOnce({ origin, token }: FakeAcme, name: string, options: AcmeOptions = {}): Promise<Credential> {
  const source = acme({ address: origin, token, ...options }).secret(name);
  return source.fetch({ signal: AbortSignal.timeout(5_000), clock: systemClock, minValidityMs: 0 });
}

function newValue(): Secret {
  return secret(randomBytes(24).toString('base64url'));
}
