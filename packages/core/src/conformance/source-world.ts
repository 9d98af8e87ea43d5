import { randomBytes } from 'node:crypto';
import type { Credential, CredentialValue } from '../credential.ts';
import type { CredentialSource, FetchContext } from '../credential-source.ts';
import { isSecret, type Secret, secret } from '../secret.ts';
import type { Register } from './capabilities.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type FaultProxy, faultProxy } from './fault-proxy.ts';
import { check, fail, within } from './runner.ts';
import type { SourceCapability, SourceHarness } from './source-harness.ts';

/** Registers the tests of one chapter of the suite. */
export type Chapter = <V extends CredentialValue>(test: Register<SourceCapability>, harness: SourceHarness<V>) => void;

/** What one test plays in: an item of its own, a value, a clock that stands still and, for HTTP, a proxy of its own. */
export interface World<V extends CredentialValue> {
  readonly harness: SourceHarness<V>;
  readonly item: string;
  readonly value: Secret;
  readonly clock: FakeClock;
  /** Absent where the adapter does not speak HTTP. */
  readonly proxy: FaultProxy | undefined;
  /** Everything that must not show. */
  readonly secrets: readonly Secret[];
  /** A new source for `item`, by default the world's own. */
  source(item?: string): Promise<CredentialSource<V>>;
  fetch(source: CredentialSource<V>, context?: Partial<FetchContext<V>>): Promise<Credential<V>>;
}

/** Serves nothing yet: the test does. */
export async function inWorld<V extends CredentialValue>(
  harness: SourceHarness<V>,
  body: (world: World<V>) => Promise<void>,
): Promise<void> {
  // Real time, so that a backend's absolute expiry dates and signed requests make sense.
  const clock = fakeClock({ now: Date.now() });
  const value = canary();
  await using proxy = harness.backend === undefined ? undefined : await faultProxy(harness.backend);
  const item = newItem();
  await body({
    harness,
    item,
    value,
    clock,
    proxy,
    secrets: [value, ...(harness.secrets ?? [])],
    source: async (name = item) => harness.source(name, proxy?.origin ?? ''),
    fetch: (source, context) =>
      within(harness.fetchTimeoutMs ?? 5_000, 'the fetch', async () =>
        source.fetch({ signal: new AbortController().signal, clock, minValidityMs: 0, ...context }),
      ),
  });
}

export function newItem(): string {
  return `conformance-${randomBytes(6).toString('hex')}`;
}

/** A value that no one can guess and that looks different in each encoding, in printable ASCII. */
export function canary(): Secret {
  return secret(`k/${randomBytes(12).toString('hex')}+"&=${randomBytes(6).toString('hex')}`);
}

/** The one secret of a credential that the harness stored. */
export function pick<V extends CredentialValue>(harness: SourceHarness<V>, credential: Credential<V>): Secret {
  const { value } = credential;
  const picked: unknown = harness.pick === undefined ? value : harness.pick(value);
  if (isSecret(picked)) return picked;
  if (harness.pick === undefined && typeof value === 'object') {
    return fail('the value is no Secret; where it is a record, the harness needs pick()');
  }
  return fail('the value is neither a Secret nor a record whose secret part is one');
}

/** Fails unless the credential holds `expected`; says where they differ, never what they are. */
export function checkValue<V extends CredentialValue>(
  world: World<V>,
  credential: Credential<V>,
  expected: Secret,
): void {
  check(typeof credential === 'object' && credential !== null, `the fetch gave ${typeof credential}, not a credential`);
  const bytes = pick(world.harness, credential).revealBytes();
  if (world.harness.minted === true) {
    check(bytes.length > 0, 'the minted value is empty');
    return;
  }
  const wanted = expected.revealBytes();
  check(bytes.length === wanted.length, `the value has ${bytes.length} bytes instead of ${wanted.length}`);
  const different = bytes.findIndex((byte, index) => byte !== wanted[index]);
  check(different === -1, `the value differs from what the backend holds, from byte ${different} on`);
}

export function sameValue<V extends CredentialValue>(
  world: World<V>,
  one: Credential<V>,
  other: Credential<V>,
): boolean {
  const [left, right] = [one, other].map((credential) => Buffer.from(pick(world.harness, credential).revealBytes()));
  return left!.equals(right!);
}

/** Every secret part of a credential's value. */
export function secretParts<V extends CredentialValue>({ value }: Credential<V>): Secret[] {
  const parts: unknown[] = isSecret(value) ? [value] : Object.values(value);
  return parts.filter(isSecret);
}
