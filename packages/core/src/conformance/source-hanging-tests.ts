import type { CredentialValue } from '../credential.ts';
import { ended, failureOf, within } from './runner.ts';
import { checkCode, checkSilent } from './source-checks.ts';
import type { Chapter } from './source-conformance.ts';
import type { SourceHarness } from './source-harness.ts';
import { checkValue, inWorld, type World } from './source-world.ts';

/** An abort ends the wait promptly, wherever it stands. */
export const hangingTests: Chapter = (test, harness) => {
  if (harness.backend === undefined && harness.states?.hanging === undefined) return;

  test('hanging', 'an abort ends a hanging fetch promptly, as aborted or timed_out', async () => {
    checkCode((await abortedFetch(harness)).error, ['aborted', 'timed_out']);
  });
  test('hanging', 'a deadline ends a hanging fetch promptly, as timed_out or aborted', async () => {
    const late = new DOMException('the deadline passed', 'TimeoutError');
    checkCode((await abortedFetch(harness, late)).error, ['timed_out', 'aborted']);
  });
  test('hanging', 'an aborted fetch gives an error that tells no secret', async () => {
    const { error, secrets } = await abortedFetch(harness);
    checkSilent('the error', error, secrets);
  });
  test('hanging', 'an aborted fetch is not remembered', () =>
    inWorld(harness, async (world) => {
      const leave = await hang(world);
      const source = await world.source();
      const abort = new AbortController();
      const fetch = world.fetch(source, { signal: abort.signal });
      void ended(fetch); // How it fails is the concern of other tests.
      await underWay(world);
      abort.abort();
      await within(limit(harness), 'the aborted fetch', () => ended(fetch));
      await leave();
      checkValue(world, await world.fetch(source), world.value);
    }),
  );
};

async function abortedFetch<V extends CredentialValue>(harness: SourceHarness<V>, reason?: unknown) {
  let error: unknown;
  let secrets: World<V>['secrets'] = [];
  await inWorld(harness, async (world) => {
    await hang(world);
    secrets = world.secrets;
    const abort = new AbortController();
    const fetch = world.fetch(await world.source(), { signal: abort.signal });
    void ended(fetch); // Awaited below; until then it must not count as unhandled.
    await underWay(world);
    abort.abort(reason);
    error = await within(limit(harness), 'the aborted fetch', () => failureOf('the aborted fetch', fetch));
  });
  return { error, secrets };
}

async function hang<V extends CredentialValue>({
  harness,
  item,
  value,
  proxy,
}: World<V>): Promise<() => Promise<void>> {
  await harness.serve(item, value);
  const hook = harness.states?.hanging;
  if (hook !== undefined) return hook(item);
  const lift = proxy!.inject({ kind: 'hang' });
  return async () => lift();
}

/** Until the backend has been asked; without HTTP, until everything that was ready has run. */
async function underWay<V extends CredentialValue>({ proxy, clock, harness }: World<V>): Promise<void> {
  if (proxy === undefined) return clock.advance(0);
  await within(harness.fetchTimeoutMs ?? 5_000, 'waiting for the first request', () => proxy.received(1));
}

function limit(harness: { readonly abortTimeoutMs?: number }): number {
  return harness.abortTimeoutMs ?? 1_000;
}
