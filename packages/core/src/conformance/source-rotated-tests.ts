import type { Credential, CredentialValue } from '../credential.ts';
import { check } from './runner.ts';
import { type Chapter, canary, checkValue, inWorld, sameValue, secretParts, type World } from './source-world.ts';

/** Nothing is cached: each fetch shows what the backend holds now. */
export const rotatedTests: Chapter = (test, harness) => {
  test('rotated', 'a fetch after a rotation shows the new version', () =>
    inWorld(harness, async (world) => {
      const { source, credential: old } = await firstOf(world);
      await checkRotated(world, old, () => world.fetch(source));
    }),
  );
  test('rotated', 'a fetch that knows the previous credential shows the new version', () =>
    inWorld(harness, async (world) => {
      const { source, credential: previous } = await firstOf(world);
      // A backend that mints may renew the previous one; a stored value that changed must show.
      if (harness.minted === true) return checkValue(world, await world.fetch(source, { previous }), world.value);
      await checkRotated(world, previous, () => world.fetch(source, { previous }));
    }),
  );
  test('rotated', 'a rejected credential is not handed out again when there is a newer one', () =>
    inWorld(harness, async (world) => {
      const { source, credential: rejected } = await firstOf(world);
      await checkRotated(world, rejected, () => world.fetch(source, { previous: rejected, rejected }));
    }),
  );
  test('rotated', 'a credential that was handed out never changes', () =>
    inWorld(harness, async (world) => {
      const { source, credential: old } = await firstOf(world);
      const before = portrait(old);
      await rotate(world);
      await world.fetch(source, { previous: old });
      check(portrait(old) === before, 'a later fetch changed the credential');
    }),
  );
  if (harness.backend === undefined) return;
  test('rotated', 'every fetch asks the backend', () =>
    inWorld(harness, async (world) => {
      const { source } = await firstOf(world);
      const asked = world.proxy!.requests.length;
      await world.fetch(source);
      check(world.proxy!.requests.length > asked, 'the second fetch asked nobody');
    }),
  );
};

async function firstOf<V extends CredentialValue>(world: World<V>) {
  await world.harness.serve(world.item, world.value);
  const source = await world.source();
  return { source, credential: await world.fetch(source) };
}

async function rotate<V extends CredentialValue>({ harness, item }: World<V>) {
  const newer = canary();
  if (harness.minted !== true) await (harness.rotate ?? harness.serve).call(harness, item, newer);
  return newer;
}

async function checkRotated<V extends CredentialValue>(
  world: World<V>,
  old: Credential<V>,
  fetch: () => Promise<Credential<V>>,
): Promise<void> {
  const newer = await rotate(world);
  const fetched = await fetch();
  checkValue(world, fetched, newer);
  check(!sameValue(world, old, fetched), 'the fetch gave the old value again');
}

/** Everything of a credential that can be told, for comparing it with itself later. */
function portrait<V extends CredentialValue>(credential: Credential<V>): string {
  const { value, lease: _lease, superseded: _superseded, ...rest } = credential;
  const bytes = secretParts(credential).map((part) => [...part.revealBytes()]);
  return JSON.stringify([value, bytes, rest]);
}
