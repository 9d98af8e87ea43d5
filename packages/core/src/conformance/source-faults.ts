import type { CredentialValue } from '../credential.ts';
import type { CredentialErrorCode } from '../credential-error.ts';
import type { Secret } from '../secret.ts';
import type { ProxyFault } from './fault-proxy.ts';
import type { HookedState, RepliedState, SourceCapability, SourceHarness } from './source-harness.ts';
import type { World } from './source-world.ts';

/** One way for the world to be bad. */
export interface Fault<V extends CredentialValue> {
  readonly state: Extract<SourceCapability, HookedState | 'missing'>;
  /** Reads well before a verb: `a missing item`. */
  readonly title: string;
  /** The codes that say so; the first is the usual one. */
  readonly codes: readonly CredentialErrorCode[];
  /** A person has to mend it, so the error must have a hint. */
  readonly needsHint: boolean;
  /** Brings it about; the answer ends it, after which the world's item is served. */
  enter(world: World<V>): Promise<() => Promise<void>>;
}

/** `Retry-After` of the made-up throttling answer, in seconds. */
export const RETRY_AFTER_S = 7;

const ECHO = '{"errors":["%s"],"message":"%s"}';
const HTML = '<!doctype html><title>Bad gateway</title><p>%s';
const JSON_TYPE = { 'content-type': 'application/json' };

/** The bad states of this harness, but for hanging, which has no answer and so no code of its own. */
export function faultsOf<V extends CredentialValue>(harness: SourceHarness<V>): Fault<V>[] {
  return [
    missing(),
    ...state(harness, 'denied', ['access_denied'], [reply('denied', 'HTTP 403', { status: 403, body: ECHO })]),
    ...state(
      harness,
      'unauthenticated',
      ['unauthenticated'],
      [reply('unauthenticated', 'HTTP 401', { status: 401, body: ECHO })],
    ),
    ...state(
      harness,
      'throttled',
      ['rate_limited'],
      [reply('throttled', 'HTTP 429', { status: 429, headers: { 'retry-after': `${RETRY_AFTER_S}` }, body: ECHO })],
    ),
    ...state(
      harness,
      'unreachable',
      ['unreachable'],
      [
        { way: 'connection refused', enter: ({ proxy }) => proxy!.refuseConnections() },
        injected('connection reset', { kind: 'reset' }),
        reply('unreachable', 'HTTP 503', { status: 503, body: ECHO }),
        injected('HTTP 502 with a page of HTML', { kind: 'reply', status: 502, headers: htmlType, body: HTML }),
      ],
    ),
    ...state(harness, 'malformed', ['invalid_response'], malformedAnswers(harness)),
    ...cutOff(harness),
  ];
}

const htmlType = { 'content-type': 'text/html; charset=utf-8' };

const TITLES: Record<HookedState, string> = {
  denied: 'a denied item',
  unauthenticated: 'a login that is not accepted',
  throttled: 'a throttling backend',
  unreachable: 'an unreachable backend',
  malformed: 'a malformed answer',
  hanging: 'a hanging backend',
};

/** States that stay until a person does something. */
const NEEDS_HINT = new Set<string>(['missing', 'denied', 'unauthenticated']);

interface Way<V extends CredentialValue> {
  readonly way: string;
  enter(world: World<V>): Promise<() => Promise<void>>;
}

function state<V extends CredentialValue>(
  harness: SourceHarness<V>,
  name: HookedState,
  codes: readonly CredentialErrorCode[],
  ways: readonly Way<V>[],
): Fault<V>[] {
  const common = { state: name, codes, needsHint: NEEDS_HINT.has(name) };
  const served = (enter: Way<V>['enter']) => async (world: World<V>) => {
    await world.harness.serve(world.item, world.value);
    return enter(world);
  };
  const hook = harness.states?.[name];
  if (hook !== undefined) return [{ ...common, title: TITLES[name], enter: served(({ item }) => hook(item)) }];
  if (harness.backend === undefined) return [];
  return ways.map(({ way, enter }) => ({ ...common, title: `${TITLES[name]} (${way})`, enter: served(enter) }));
}

function missing<V extends CredentialValue>(): Fault<V> {
  return {
    state: 'missing',
    title: 'a missing item',
    codes: ['not_found'],
    needsHint: true,
    async enter({ harness, item, value }) {
      await harness.miss?.(item);
      return () => harness.serve(item, value);
    },
  };
}

/** The harness's own answer for a state, else `usual`; either way it quotes the secret, to see that it goes nowhere. */
function reply<V extends CredentialValue>(
  name: RepliedState,
  way: string,
  usual: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string },
): Way<V> {
  return {
    way,
    enter(world) {
      const chosen = { headers: JSON_TYPE, ...usual, ...world.harness.replies?.[name] };
      return injected<V>(way, { kind: 'reply', ...chosen, headers: { ...usual.headers, ...chosen.headers } }).enter(
        world,
      );
    },
  };
}

function injected<V extends CredentialValue>(way: string, fault: ProxyFault): Way<V> {
  return {
    way,
    async enter({ proxy, value }) {
      const lift = proxy!.inject(quoting(fault, value));
      return async () => lift();
    },
  };
}

/** The secret in place of `%s`. */
function quoting(fault: ProxyFault, value: Secret): ProxyFault {
  if (fault.kind !== 'reply' || typeof fault.body !== 'string') return fault;
  const quoted = JSON.stringify(value.reveal()).slice(1, -1);
  return { ...fault, body: fault.body.replaceAll('%s', () => quoted) };
}

function malformedAnswers<V extends CredentialValue>(harness: SourceHarness<V>): Way<V>[] {
  if (harness.replies?.malformed !== undefined)
    return [reply('malformed', 'of this backend', { status: 200, body: '' })];
  const ok = { kind: 'reply', status: 200 } as const;
  return [
    injected('a page of HTML', { ...ok, headers: htmlType, body: HTML }),
    injected('JSON that ends early', { ...ok, headers: JSON_TYPE, body: '{"data":{"value":"%s' }),
    injected('JSON null', { ...ok, headers: JSON_TYPE, body: 'null' }),
    injected('JSON of another shape', { ...ok, headers: JSON_TYPE, body: '[["%s"]]' }),
  ];
}

/** An answer that breaks off on the wire makes no sense and is a broken connection: both codes tell the truth. */
function cutOff<V extends CredentialValue>(harness: SourceHarness<V>): Fault<V>[] {
  if (harness.states?.malformed !== undefined) return [];
  const way = injected<V>('cut off on the wire', { kind: 'truncate' });
  return state(harness, 'malformed', ['invalid_response', 'unreachable'], [way]);
}
