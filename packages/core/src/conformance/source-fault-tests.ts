import type { CredentialValue } from '../credential.ts';
import { anyError, check, ended, fail, failureOf } from './runner.ts';
import { checkCode, checkHint, checkSilent } from './source-checks.ts';
import { type Fault, faultsOf } from './source-faults.ts';
import type { HookedState, SourceHarness } from './source-harness.ts';
import { type Chapter, checkValue, inWorld, type World } from './source-world.ts';

/** Every bad state has its code, tells no secret and is not remembered. */
export const faultTests: Chapter = (test, harness) => {
  for (const fault of faultsOf(harness)) {
    const { state, title, codes } = fault;
    test(state, `${title} is ${codes.join(' or ')}`, async () => {
      await during(harness, fault, async (fetch) => checkCode(await failureOf('the fetch', fetch), codes));
    });
    test(state, `${title} gives an error that tells no secret`, async () => {
      await during(harness, fault, async (fetch, { secrets }) =>
        checkSilent('the error', await anyError(fetch), secrets),
      );
    });
    if (fault.needsHint) {
      test(state, `${title} gives an error that says what to do next`, async () => {
        await during(harness, fault, async (fetch) => checkHint(await anyError(fetch)));
      });
    }
    test(state, `${title} is not remembered`, () => checkNotRemembered(harness, fault));
  }
  for (const state of unexplained(harness)) {
    test(state, `the state ${state} is brought about or explained`, async () =>
      fail(`the harness neither brings about the state ${state} nor says why it is inapplicable`),
    );
  }
};

/** A source that was never told where its backend is, or how to log in. */
export const unconfiguredTests: Chapter = (test, harness) => {
  const unconfigured = (body: (fetch: Promise<unknown>) => Promise<void>) =>
    inWorld(harness, async (world) => {
      const source = await harness.unconfigured?.();
      check(source !== undefined, 'the harness needs unconfigured(), or a reason why that is inapplicable');
      await body(world.fetch(source));
    });
  test('unconfigured', 'a source that was never told is not_configured', () =>
    unconfigured(async (fetch) => checkCode(await failureOf('the fetch', fetch), ['not_configured'])),
  );
  test('unconfigured', 'a source that was never told says what to do next', () =>
    unconfigured(async (fetch) => checkHint(await anyError(fetch))),
  );
};

function during<V extends CredentialValue>(
  harness: SourceHarness<V>,
  fault: Fault<V>,
  body: (fetch: Promise<unknown>, world: World<V>) => Promise<void>,
): Promise<void> {
  return inWorld(harness, async (world) => {
    const leave = await fault.enter(world);
    try {
      await body(world.fetch(await world.source()), world);
    } finally {
      await leave();
    }
  });
}

async function checkNotRemembered<V extends CredentialValue>(
  harness: SourceHarness<V>,
  fault: Fault<V>,
): Promise<void> {
  await inWorld(harness, async (world) => {
    const leave = await fault.enter(world);
    const source = await world.source();
    await ended(world.fetch(source)); // How it fails is the concern of other tests.
    await leave();
    checkValue(world, await world.fetch(source), world.value);
  });
}

const HOOKED: readonly HookedState[] = [
  'denied',
  'unauthenticated',
  'throttled',
  'unreachable',
  'malformed',
  'hanging',
];

/** Without HTTP the suite can make no state by itself, and none is left out without a word. */
function unexplained<V extends CredentialValue>(harness: SourceHarness<V>): HookedState[] {
  return harness.backend === undefined ? HOOKED.filter((state) => harness.states?.[state] === undefined) : [];
}
