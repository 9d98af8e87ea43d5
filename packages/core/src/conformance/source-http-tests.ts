import type { CredentialValue } from '../credential.ts';
import { faultProxy } from './fault-proxy.ts';
import { check, ended, failureOf } from './runner.ts';
import { checkCode, checkCredentialError } from './source-checks.ts';
import { faultsOf, RETRY_AFTER_S } from './source-faults.ts';
import type { SourceHarness } from './source-harness.ts';
import { type Chapter, inWorld } from './source-world.ts';

/** What only an adapter that speaks HTTP can get wrong. */
export const httpTests: Chapter = (test, harness) => {
  if (harness.backend === undefined) return;
  const replied = faultsOf(harness).filter(({ title }) => /\(HTTP (429|503)\)/.test(title));

  test('retryAfter', 'Retry-After of a throttling backend arrives as retryAfterMs', () =>
    inWorld(harness, async (world) => {
      await replied.find(({ state }) => state === 'throttled')?.enter(world);
      const error = await failureOf('the fetch', world.fetch(await world.source()));
      checkCredentialError(error);
      const expected = Number(harness.replies?.throttled?.headers?.['retry-after'] ?? RETRY_AFTER_S) * 1_000;
      check(error.retryAfterMs === expected, `retryAfterMs is ${error.retryAfterMs}, the backend said ${expected}`);
    }),
  );
  for (const fault of replied) {
    test('singleAttempt', `${fault.title} is asked once only`, () =>
      inWorld(harness, async (world) => {
        await fault.enter(world);
        await ended(world.fetch(await world.source())); // How it fails is the concern of other tests.
        const count = world.proxy!.requests.length;
        check(count === 1, `${count} requests were made; core alone retries`);
      }),
    );
  }
  test('redirect', 'a redirect is not followed and is invalid_response', () => checkNotFollowed(harness));
};

async function checkNotFollowed<V extends CredentialValue>(harness: SourceHarness<V>): Promise<void> {
  await inWorld(harness, async (world) => {
    await harness.serve(world.item, world.value);
    await using elsewhere = await faultProxy(harness.backend!);
    // 307 keeps method and body, so a client that follows sends everything again.
    world.proxy!.inject({ kind: 'reply', status: 307, headers: { location: `${elsewhere.origin}/elsewhere` } });
    const error = await failureOf('the fetch', world.fetch(await world.source()));
    check(elsewhere.requests.length === 0, 'the redirect was followed, with whatever the request carried');
    checkCode(error, ['invalid_response']);
  });
}
