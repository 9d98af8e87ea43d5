import type { Credential, CredentialValue } from '../credential.ts';
import type { CredentialSource } from '../credential-source.ts';
import { check, ended, failureOf, within } from './runner.ts';
import { checkCredentialError, checkSilent } from './source-checks.ts';
import { type Chapter, inWorld, sameValue, secretParts, type World } from './source-world.ts';

/** What was minted is given back. */
export const leaseTests: Chapter = (test, harness) => {
  test('lease', 'what was minted can be given back', () =>
    inWorld(harness, async (world) => {
      const { credential, release } = await minted(world);
      check((await harness.accepts?.(credential.value)) !== false, 'the backend does not accept what was just minted');
      await release();
      const accepted = (await harness.accepts?.(credential.value)) ?? false;
      check(!accepted, 'the backend still accepts the credential after its release');
    }),
  );
  test('lease', 'a second release of the same credential does no harm', () =>
    inWorld(harness, async (world) => {
      const { release } = await minted(world);
      await release();
      await release();
    }),
  );
  test('lease', 'a renewed credential keeps its lease, and a new one has its own', () =>
    inWorld(harness, async (world) => {
      const { source, credential } = await minted(world);
      const next = await world.fetch(source, { previous: credential });
      const renewed = sameValue(world, credential, next);
      check((next.lease === credential.lease) === renewed, `the lease is ${renewed ? 'another' : 'the same'} object`);
    }),
  );
  if (harness.backend === undefined) return;
  test('lease', 'a release that fails says so and tells no secret', () =>
    inWorld(harness, async (world) => {
      const { release, credential } = await minted(world);
      world.proxy!.inject({ kind: 'reply', status: 503, body: world.value.reveal() });
      const error = await failureOf('the release', release());
      checkCredentialError(error);
      checkSilent('the error', error, [...world.secrets, ...secretParts(credential)]);
    }),
  );
  test('lease', 'an abort ends a hanging release promptly', () =>
    inWorld(harness, async (world) => {
      const { release } = await minted(world);
      const asked = world.proxy!.requests.length;
      world.proxy!.inject({ kind: 'hang' });
      const abort = new AbortController();
      const released = release(abort.signal);
      await Promise.race([world.proxy!.received(asked + 1), ended(released)]);
      abort.abort();
      await within(harness.abortTimeoutMs ?? 1_000, 'the aborted release', () => ended(released));
    }),
  );
};

interface Minted<V extends CredentialValue> {
  readonly source: CredentialSource<V>;
  readonly credential: Credential<V>;
  readonly release: (signal?: AbortSignal) => Promise<void>;
}

async function minted<V extends CredentialValue>(world: World<V>): Promise<Minted<V>> {
  const { harness, item, value } = world;
  await harness.serve(item, value);
  const source = await world.source();
  const credential = await world.fetch(source);
  check(typeof credential.lease === 'object', 'the credential carries no lease');
  check(source.release !== undefined, 'the source has no release()');
  const release = (signal = new AbortController().signal) =>
    within(harness.fetchTimeoutMs ?? 5_000, 'the release', async () => source.release!(credential, { signal }));
  return { source, credential, release };
}
