import { expect, test } from 'vitest';
import type { CredentialErrorCode } from '../../src/index.ts';
import { bench, credentialAt, failure, MINUTE, outcomeOf, SECOND } from './scripted-source.ts';

const outage = (code: CredentialErrorCode, staleIfErrorMs: number) => {
  let down = false;
  const made = bench(
    (clock, _, call) => {
      if (down) throw failure(code);
      return credentialAt(clock, `value ${call}`);
    },
    { staleIfErrorMs },
  );
  return {
    ...made,
    goDown: () => {
      down = true;
    },
    comeBack: () => {
      down = false;
    },
  };
};

test('without staleIfErrorMs an old value is not handed out', async () => {
  const { clock, provider, goDown } = outage('unreachable', 0);
  await provider.get();
  goDown();
  await clock.advance(5 * MINUTE);
  const got = outcomeOf(provider.get());
  await clock.advance(10 * SECOND);
  expect(await got).toBe('unreachable');
  expect(provider.status()).toMatchObject({ state: 'failing' });
});

test('within staleIfErrorMs an outage fails no get, shows in the status and ends by itself', async () => {
  for (const code of ['unreachable', 'timed_out', 'rate_limited', 'invalid_response'] as const) {
    const { clock, provider, heard, goDown, comeBack } = outage(code, 60 * MINUTE);
    await provider.get();
    goDown();
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(MINUTE);
      expect(await outcomeOf(provider.get())).toBe('value 1');
    }
    expect(provider.status()).toMatchObject({ state: 'stale', lastError: { code } });
    expect(provider.current()?.value.reveal()).toBe('value 1');
    expect(heard()).toContain('stale_served');
    comeBack();
    await clock.advance(MINUTE);
    await provider.get();
    await clock.advance(0);
    expect(await outcomeOf(provider.get())).not.toBe('value 1');
    expect(provider.status()).toMatchObject({ state: 'fresh', failures: 0 });
  }
});

test('a stale value is not handed out past its bound', async () => {
  const { clock, provider, goDown } = outage('unreachable', 10 * MINUTE);
  await provider.get();
  goDown();
  await clock.advance(15 * MINUTE - 1);
  expect(await outcomeOf(provider.get())).toBe('value 1');
  await clock.advance(1);
  const got = outcomeOf(provider.get());
  await clock.advance(20 * SECOND);
  expect(await got).toBe('unreachable');
});

test('a refusal is no outage: what was denied, revoked or deleted is not handed out', async () => {
  for (const code of ['access_denied', 'unauthenticated', 'not_found', 'not_configured'] as const) {
    const { clock, provider, goDown } = outage(code, 60 * MINUTE);
    await provider.get();
    goDown();
    await clock.advance(5 * MINUTE);
    expect(await outcomeOf(provider.get())).toBe(code);
  }
});

test('a hanging backend delays the first caller only', async () => {
  let hanging = false;
  const { clock, provider } = bench(
    (clock) => (hanging ? new Promise(() => undefined) : credentialAt(clock, 'value')),
    { staleIfErrorMs: 60 * MINUTE },
  );
  await provider.get();
  hanging = true;
  await clock.advance(6 * MINUTE);
  const first = outcomeOf(provider.get());
  await clock.advance(10 * SECOND);
  expect(await first).toBe('value');
  for (let i = 0; i < 100; i += 1) {
    expect(await outcomeOf(provider.get())).toBe('value');
    await clock.advance(SECOND);
  }
});
