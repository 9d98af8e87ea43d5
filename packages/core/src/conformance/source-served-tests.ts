import type { Credential, CredentialValue } from '../credential.ts';
import type { CredentialSource } from '../credential-source.ts';
import { isSecret } from '../secret.ts';
import type { Register } from './capabilities.ts';
import { fakeClock } from './fake-clock.ts';
import { check, failureOf } from './runner.ts';
import { checkCode, checkSilent } from './source-checks.ts';
import type { SourceCapability, SourceHarness } from './source-harness.ts';
import { type Chapter, checkValue, inWorld, secretParts, type World } from './source-world.ts';

/** What a fetch that succeeds looks like, and what no fetch may do. */
export const servedTests: Chapter = (test, harness) => {
  test('served', 'an aborted signal is answered with aborted, without asking the backend', () =>
    inWorld(harness, async (world) => {
      await harness.serve(world.item, world.value);
      const fetch = world.fetch(await world.source(), { signal: AbortSignal.abort() });
      checkCode(await failureOf('the fetch', fetch), ['aborted', 'timed_out']);
      check((world.proxy?.requests.length ?? 0) === 0, 'the backend was asked all the same');
    }),
  );
  served(test, harness, 'a fetch yields what the backend holds', ({ world, credential }) => {
    checkValue(world, credential, world.value);
    checkShape(credential);
  });
  served(test, harness, 'a fetch that knows the unchanged credential yields it, or its like', async (fetched) => {
    const { world, source, credential } = fetched;
    checkValue(world, await world.fetch(source, { previous: credential }), world.value);
  });
  served(test, harness, 'a credential tells no secret when printed', ({ world, credential }) => {
    const secrets = [...world.secrets, ...secretParts(credential)];
    checkSilent('the origin', credential.origin, secrets);
    checkSilent('the version', credential.version, secrets);
    checkSilent('the credential', credential, secrets);
  });
  served(test, harness, 'a source tells no secret when printed', ({ world, source, credential }) => {
    const secrets = [...world.secrets, ...secretParts(credential)];
    check(typeof source.name === 'string' && source.name !== '', 'the source has no name');
    checkSilent('the name', source.name, secrets);
    checkSilent('the source', source, secrets);
  });
  served(test, harness, 'the dates of a credential are valid Dates', ({ credential }) => {
    for (const name of ['expiresAt', 'refreshAt', 'createdAt'] as const) {
      const date: unknown = credential[name];
      const valid = date === undefined || (date instanceof Date && !Number.isNaN(date.getTime()));
      check(valid, `${name} is no valid Date`);
    }
  });
  test('served', 'the origin says what was asked, and when by the clock of the context', () =>
    inWorld(harness, async (world) => {
      await harness.serve(world.item, world.value);
      const clock = fakeClock({ now: Date.now() - 60_000 });
      const { origin } = await world.fetch(await world.source(), { clock });
      check(typeof origin.adapter === 'string' && origin.adapter !== '', 'origin.adapter is empty');
      check(typeof origin.reference === 'string' && origin.reference !== '', 'origin.reference is empty');
      check(origin.fetchedAt instanceof Date, 'origin.fetchedAt is no Date');
      check(origin.fetchedAt.getTime() === clock.now(), 'origin.fetchedAt does not come from the clock of the context');
    }),
  );
  served(test, harness, 'a source sets no timers', ({ world }) => {
    check(world.clock.pendingTimers().length === 0, 'a timer is set after the fetch');
  });
  if (harness.inapplicable?.lease === undefined) return;
  served(test, harness, 'a credential that needs no release carries no lease', ({ credential, source }) => {
    check(credential.lease === undefined, 'there is a lease though the harness says that there is none');
    check(source.release === undefined, 'there is a release() though the harness says that there is no lease');
  });
};

interface Fetched<V extends CredentialValue> {
  readonly world: World<V>;
  readonly source: CredentialSource<V>;
  readonly credential: Credential<V>;
}

function served<V extends CredentialValue>(
  test: Register<SourceCapability>,
  harness: SourceHarness<V>,
  title: string,
  body: (fetched: Fetched<V>) => void | Promise<void>,
): void {
  test('served', title, () =>
    inWorld(harness, async (world) => {
      await harness.serve(world.item, world.value);
      const source = await world.source();
      await body({ world, source, credential: await world.fetch(source) });
    }),
  );
}

function checkShape<V extends CredentialValue>({ value, version, singleUse }: Credential<V>): void {
  const parts = isSecret(value) ? [] : Object.values<unknown>(value);
  const odd = parts.find((part) => typeof part !== 'string' && !isSecret(part));
  check(odd === undefined, `a part of the record is neither a Secret nor a string but ${typeof odd}`);
  check(version === undefined || typeof version === 'string', 'the version is no string');
  check(singleUse === undefined || singleUse === true, 'singleUse is neither true nor absent');
}
