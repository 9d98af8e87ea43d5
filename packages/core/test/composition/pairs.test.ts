import { describe, expect, test } from 'vitest';
import { authorizedFetch } from '../../src/composition/authorized-fetch.ts';
import { batched } from '../../src/composition/batched.ts';
import { firstConfigured } from '../../src/composition/first-configured.ts';
import { loadCredentials, optional, required } from '../../src/composition/load-credentials.ts';
import { select } from '../../src/composition/select.ts';
import { isProvider, type SourceOrProvider } from '../../src/composition/source-or-provider.ts';
import { withCredential } from '../../src/composition/with-credential.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { Credential } from '../../src/credential.ts';
import { isCredentialError } from '../../src/credential-error.ts';
import type { CredentialProvider } from '../../src/credential-provider.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import { references } from '../../src/references/references.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import type { Secret } from '../../src/secret.ts';
import { failing, jsonCredential, rejection, type ScriptedSource, scriptedSource } from './scripted-source.ts';

type Part = SourceOrProvider<Secret>;

/** A backend that mints a new lease at each fetch. Its value is JSON in JSON, so that fields can be selected twice. */
function backend(): ScriptedSource<Secret> {
  return scriptedSource('backend', (_, count) => jsonCredential({ in: { in: `v${count}` } }, { lease: { count } }));
}
/** Which fetch a credential comes from, however much of it was selected. */
const versionOf = (credential: Credential | undefined) => /v\d+/.exec(credential?.value.reveal() ?? '')?.[0];

/** All that a test has made, to be disposed by the one who made it. */
class Owned {
  readonly clock = fakeClock();
  readonly providers: CredentialProvider[] = [];

  refreshing(source: CredentialSource): CredentialProvider {
    const provider = refreshing(source, { clock: this.clock });
    this.providers.push(provider);
    return provider;
  }

  async [Symbol.asyncDispose]() {
    await Promise.all(this.providers.map((provider) => provider[Symbol.asyncDispose]()));
  }
}

type Wrap = (part: Part, owned: Owned) => Part | undefined;

const onlySources =
  (wrap: (source: CredentialSource, owned: Owned) => Part): Wrap =>
  (part, owned) =>
    isProvider(part) ? undefined : wrap(part, owned);

/** Each way to make one part of another; `undefined` where that makes no sense. */
const wraps: Readonly<Record<string, Wrap>> = {
  select: (part) => (isProvider(part) ? select(part, 'in') : select(part, 'in')),
  firstConfigured: (part) => firstConfigured(scriptedSource('absent', failing('not_configured')), part),
  batched: onlySources((source) => {
    const fetchOne = batched<CredentialSource, Secret>({
      name: 'batched',
      maxSize: 10,
      fetchMany: (sources, context) =>
        Promise.all(sources.map((each) => each.fetch({ ...context, minValidityMs: 0 }).catch(credentialErrorOf))),
    });
    return {
      name: 'batched',
      fetch: (context) => fetchOne(source, context),
      ...(source.release && { release: source.release.bind(source) }),
    };
  }),
  'a provider given': onlySources((source, owned) => owned.refreshing(source)),
  references: onlySources((source) => references([{ scheme: 'test', source: () => source }]).source('test://it#in')),
};

function credentialErrorOf(error: unknown) {
  if (isCredentialError(error)) return error;
  throw error;
}

const names = Object.keys(wraps);
const pairs = names.flatMap((outer) => names.map((inner) => ({ outer, inner })));

/** `outer` of `inner` of the backend, where that makes sense. */
function pairOf({ outer, inner }: { outer: string; inner: string }, owned: Owned, base = backend()) {
  const part = wraps[inner]?.(base, owned);
  return { base, part: part && wraps[outer]?.(part, owned) };
}
const sensible = pairs.filter((pair) => pairOf(pair, new Owned()).part !== undefined);
const has = ({ outer, inner }: { outer: string; inner: string }, name: string) => outer === name || inner === name;

/** A server that takes the credentials of the second fetch alone. */
const takesV2 = (text: string | null | undefined) =>
  new Response(null, { status: text?.includes('v2') === true ? 200 : 401 });

describe.each(sensible)('$outer of $inner', (pair) => {
  test('loads once, replaces what is refused, and gives each lease back once, by the one who wrapped it', async () => {
    const owned = new Owned();
    const { base, part } = pairOf(pair, owned);
    const manifest = { a: required(part!, 'a'), again: optional(part!, 'again') };
    const load = await loadCredentials(manifest, { clock: owned.clock });
    const first = await load.a.get();
    expect([versionOf(first), versionOf(load.again?.current()), base.contexts.length]).toEqual(['v1', 'v1', 1]);

    expect(versionOf(await load.a.get({ rejected: first }))).toBe('v2');
    expect(versionOf(await load.a.get({ rejected: first }))).toBe('v2');
    expect(base.contexts).toHaveLength(2);
    if (!has(pair, 'batched')) expect(versionOf(base.contexts[1]?.rejected)).toBe('v1');
    expect([versionOf(load.again?.current()), versionOf(load.a.previous())]).toEqual(['v2', 'v1']);

    await load[Symbol.asyncDispose]();
    if (has(pair, 'a provider given')) expect(base.released).toEqual([]);
    await owned[Symbol.asyncDispose]();
    await load[Symbol.asyncDispose]();
    expect(new Set(base.released)).toEqual(new Set([{ count: 1 }, { count: 2 }]));
    expect(base.released).toHaveLength(2);
    expect(await rejection(load.a.get())).toMatchObject({ code: 'aborted' });
  });

  test('is absent where it is optional and not configured, an error where it is required, and heals', async () => {
    await using owned = new Owned();
    const { base, part } = pairOf(pair, owned);
    const mint = base.answer;
    base.answer = failing('not_configured', { hint: 'set it' });
    await using load = await loadCredentials({ a: optional(part!, 'a') }, { clock: owned.clock });
    expect(load.a).toBeUndefined();
    const failed: unknown = await loadCredentials({ a: required(part!, 'a') }, { clock: owned.clock }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ errors: [{ code: 'not_configured', hint: 'set it' }] });
    base.answer = mint;
    await using later = await loadCredentials({ a: required(part!, 'a') }, { clock: owned.clock });
    expect(versionOf(later.a.current())).toMatch(/^v/);
  });

  test('a failure of the backend comes through with its code', async () => {
    await using owned = new Owned();
    const { base, part } = pairOf(pair, owned);
    base.answer = failing('access_denied', { source: 'backend', hint: 'allow it' });
    const failed: unknown = await loadCredentials({ a: optional(part!, 'a') }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ errors: [{ code: 'access_denied', source: 'backend', hint: 'allow it' }] });
  });

  test('withCredential replaces what is refused through it', async () => {
    await using owned = new Owned();
    const { base, part } = pairOf(pair, owned);
    await using load = await loadCredentials({ a: required(part!, 'a') }, { clock: owned.clock });
    const uses = Array.from({ length: 5 }, () => withCredential(load.a, ({ value }) => takesV2(value.reveal())));
    expect((await Promise.all(uses)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(base.contexts).toHaveLength(2);
  });

  test('withCredential waits through a gap in it', async () => {
    await using owned = new Owned();
    const { base, part } = pairOf(pair, owned);
    let stored = 1;
    base.answer = () => jsonCredential({ in: { in: `v${stored}` } });
    await using load = await loadCredentials({ a: required(part!, 'a') }, { clock: owned.clock });
    await withCredential(load.a, () => new Response());
    const use = withCredential(load.a, ({ value }) => takesV2(value.reveal()));
    owned.clock.setTimer(() => {
      stored = 2;
    }, 60_000);
    await owned.clock.advance(90_000);
    expect((await use).status).toBe(200);
  });

  test('authorizedFetch sends it and its replacement', async () => {
    await using owned = new Owned();
    const { part } = pairOf(pair, owned);
    await using load = await loadCredentials({ a: required(part!, 'a') }, { clock: owned.clock });
    const send = authorizedFetch(load.a, {
      allowedOrigins: ['https://api.example.com'],
      fetch: async (_, init) => takesV2(new Headers(init?.headers).get('authorization')),
    });
    expect((await send('https://api.example.com')).status).toBe(200);
  });
});

test('every pair is tried, but for those that wrap a provider as if it were a source', () => {
  const left = pairs.filter((pair) => !sensible.includes(pair)).map(({ outer, inner }) => `${outer} of ${inner}`);
  expect(left).toEqual([
    'batched of a provider given',
    'a provider given of a provider given',
    'references of a provider given',
  ]);
});
