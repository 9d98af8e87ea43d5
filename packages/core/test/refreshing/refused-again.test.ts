import { expect, test } from 'vitest';
import { withCredential } from '../../src/index.ts';
import { isRefusedAgain } from '../../src/refreshing/failure-handling.ts';
import { bench, credentialAt, failure, MINUTE, SECOND } from './scripted-source.ts';

test('a refused credential that comes again is told from every other failure', async () => {
  let down = false;
  const { clock, provider } = bench((clock) => {
    if (down) throw failure('unauthenticated', 5);
    return credentialAt(clock, 'same');
  });
  const rejected = await provider.get();
  expect(isRefusedAgain(await provider.get({ rejected }).catch((error: unknown) => error))).toBe(true);
  await clock.advance(MINUTE);
  down = true;
  expect(isRefusedAgain(await provider.get({ rejected }).catch((error: unknown) => error))).toBe(false);
  expect(isRefusedAgain(new Error('the source still gives the credential that a server refused'))).toBe(false);
});

test('a refusal that healed is forgotten: the credential is fresh again, renewed again and waited for again', async () => {
  const lease = {};
  const { clock, source, provider } = bench((clock) => credentialAt(clock, 'same', { lease, lifeMs: 10 * MINUTE }));
  let refusals = 0;
  const use = async () => {
    if (refusals === 0) return 'done';
    refusals -= 1;
    throw Object.assign(new Error('refused'), { status: 401 });
  };
  const call = () => withCredential(provider, use);
  expect(await call()).toBe('done');
  refusals = 1;
  const healed = call();
  await clock.advance(10 * SECOND);
  expect(await healed).toBe('done');
  expect(provider.status()).toMatchObject({ state: 'fresh', failures: 0 });

  await clock.advance(9 * MINUTE);
  expect(source.contexts.at(-1)?.previous).toBeDefined();
  expect(source.contexts.at(-1)?.rejected).toBeUndefined();
  refusals = 1;
  const again = call();
  await clock.advance(10 * SECOND);
  expect(await again).toBe('done');
});
