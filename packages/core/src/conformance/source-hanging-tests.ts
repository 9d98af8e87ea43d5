import type { CredentialValue } from '../credential.ts';
import type { CredentialSource } from '../credential-source.ts';
import { anyError, ended, failureOf, within } from './runner.ts';
import { checkCode, checkSilent } from './source-checks.ts';
import type { SourceHarness } from './source-harness.ts';
import { type Chapter, checkValue, inWorld, type World } from './source-world.ts';

/** An abort ends the wait promptly, wherever it stands. */
export const hangingTests: Chapter = (test, harness) => {
  if (harness.backend === undefined && harness.states?.hanging === undefined) return;

  test('hanging', 'an abort ends a hanging fetch promptly, as aborted or timed_out', () =>
    aborted(harness, undefined, async ({ fetch }) =>
      checkCode(await failureOf('the aborted fetch', fetch), ['aborted', 'timed_out']),
    ),
  );
  test('hanging', 'a deadline ends a hanging fetch promptly, as timed_out or aborted', () =>
    aborted(harness, new DOMException('the deadline passed', 'TimeoutError'), async ({ fetch }) =>
      checkCode(await failureOf('the aborted fetch', fetch), ['timed_out', 'aborted']),
    ),
  );
  test('hanging', 'an aborted fetch gives an error that tells no secret', () =>
    aborted(harness, undefined, async ({ fetch, world }) =>
      checkSilent('the error', await anyError(fetch), world.secrets),
    ),
  );
  test('hanging', 'an aborted fetch is not remembered', () =>
    aborted(harness, undefined, async ({ world, source }) => checkValue(world, await world.fetch(source), world.value)),
  );
};

interface Aborted<V extends CredentialValue> {
  readonly world: World<V>;
  readonly source: CredentialSource<V>;
  /** Has ended. */
  readonly fetch: Promise<unknown>;
}

/** Aborts a fetch that hangs, makes sure that this ended it, and lets the backend answer again. */
function aborted<V extends CredentialValue>(
  harness: SourceHarness<V>,
  reason: unknown,
  body: (aborted: Aborted<V>) => Promise<void>,
): Promise<void> {
  return inWorld(harness, async (world) => {
    const leave = await hang(world);
    const source = await world.source();
    const abort = new AbortController();
    const fetch = world.fetch(source, { signal: abort.signal });
    try {
      await underWay(world, fetch);
      abort.abort(reason);
      await within(harness.abortTimeoutMs ?? 1_000, 'the aborted fetch', () => ended(fetch));
    } finally {
      await leave();
    }
    await body({ world, source, fetch });
  });
}

async function hang<V extends CredentialValue>(world: World<V>): Promise<() => Promise<void>> {
  const { harness, item, value, proxy } = world;
  await harness.serve(item, value);
  const hook = harness.states?.hanging;
  if (hook !== undefined) return hook(item);
  const lift = proxy!.inject({ kind: 'hang' });
  return async () => lift();
}

/** Until the backend has been asked; without HTTP, until everything that was ready has run. */
async function underWay<V extends CredentialValue>({ proxy, clock }: World<V>, fetch: Promise<unknown>): Promise<void> {
  const over = ended(fetch); // From here on a failure counts as heard.
  await (proxy === undefined ? clock.advance(0) : Promise.race([proxy.received(1), over]));
}
