import { expect, test } from 'vitest';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { CredentialError, type CredentialEvent } from '../../src/index.ts';
import { providerSettings } from '../../src/refreshing/provider-options.ts';
import { RefreshingProvider } from '../../src/refreshing/refreshing-provider.ts';
import { credentialAt, MINUTE, outcomeOf, SECOND, scriptedSource } from './scripted-source.ts';

function checked(lifeMs?: number) {
  const clock = fakeClock();
  const events: CredentialEvent[] = [];
  let text = 'good';
  const source = scriptedSource(() =>
    credentialAt(clock, text, { ...(lifeMs !== undefined && { lifeMs }), version: text }),
  );
  const provider = new RefreshingProvider(source, providerSettings({ clock }));
  provider.subscribe((event) => events.push(event));
  provider.addCheck(async ({ value }) => {
    if (value.reveal() !== 'good') throw new CredentialError('invalid_response', 'not good', { source: 'check' });
  });
  return {
    clock,
    events,
    source,
    provider,
    store: (next: string) => {
      text = next;
    },
  };
}

test('a refreshed value that fails its check is refused and the old one kept, for as long as that goes on', async () => {
  const { clock, events, provider, store } = checked();
  await provider.get();
  store('broken');
  for (let minute = 0; minute < 60; minute += 1) {
    await clock.advance(MINUTE);
    expect(await outcomeOf(provider.get())).toBe('good');
  }
  expect(events.map(({ type }) => type)).toContain('schema_refused');
  expect(provider.status()).toMatchObject({ state: 'fresh', version: 'good', lastError: { message: 'not good' } });
  store('good');
  await clock.advance(5 * MINUTE);
  await provider.get();
  await clock.advance(0);
  expect(provider.status()).toMatchObject({ failures: 0 });
});

test('a value with an expiry is kept no longer than that', async () => {
  const { clock, provider, store } = checked(10 * MINUTE);
  await provider.get();
  store('broken');
  await clock.advance(9 * MINUTE);
  expect(await outcomeOf(provider.get())).toBe('good');
  await clock.advance(MINUTE);
  expect(await outcomeOf(provider.get())).toBe('invalid_response');
});

test('without an old value a failed check is the answer', async () => {
  const { provider, store } = checked();
  store('broken');
  expect(await outcomeOf(provider.get())).toBe('invalid_response');
  expect(provider.current()).toBeUndefined();
});

test('a check that never ends fails at timeoutMs and blocks nobody', async () => {
  const { clock, provider } = checked();
  await provider.get();
  provider.addCheck(() => new Promise(() => undefined));
  await clock.advance(4.9 * MINUTE);
  expect(await outcomeOf(provider.get())).toBe('good');
  await clock.advance(10 * SECOND);
  expect(provider.status().lastError).toMatchObject({ code: 'invalid_response', message: /did not end in time/ });
  expect(await outcomeOf(provider.get())).toBe('good');
});

test('a check that was removed judges no more', async () => {
  const { clock, provider } = checked();
  const remove = provider.addCheck(() => Promise.reject(new CredentialError('invalid_response', 'never good')));
  expect(await outcomeOf(provider.get())).toBe('invalid_response');
  remove();
  await clock.advance(SECOND);
  expect(await outcomeOf(provider.get())).toBe('good');
});
