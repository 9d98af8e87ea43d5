import type { CredentialValue } from '../credential.ts';
import type { CredentialSource } from '../credential-source.ts';
import type { Secret } from '../secret.ts';

/**
 * What the source suite proves, one row each in the capability table. A harness may declare any of them
 * inapplicable, with the reason.
 *
 * - `served`: yields what the backend holds, with a well-formed credential around it.
 * - `missing`, `denied`, `unauthenticated`, `throttled`, `unreachable`, `malformed`, `unconfigured`: that state of
 *   the world has its own error code, tells no secret and is not remembered.
 * - `hanging`: an abort ends the wait promptly.
 * - `retryAfter`: `Retry-After` of a throttling backend arrives as `retryAfterMs`.
 * - `singleAttempt`: a failed request is not repeated by the source.
 * - `redirect`: a redirect is not followed.
 * - `rotated`: the next fetch shows a new version; nothing is cached.
 * - `concurrent`: fetches under way at once do not mix up.
 * - `lease`: what was minted is given back.
 * - `text`, `multiline`, `binary`, `large`, `empty`: kinds of value (Unicode; several lines; bytes that are no
 *   UTF-8, NUL included; 64 KiB; nothing).
 */
export type SourceCapability =
  | 'served'
  | 'missing'
  | 'denied'
  | 'unauthenticated'
  | 'throttled'
  | 'retryAfter'
  | 'singleAttempt'
  | 'unreachable'
  | 'malformed'
  | 'redirect'
  | 'hanging'
  | 'unconfigured'
  | 'rotated'
  | 'concurrent'
  | 'lease'
  | 'text'
  | 'multiline'
  | 'binary'
  | 'large'
  | 'empty';

/** States that a harness may bring about by a hook of its own. */
export type HookedState = 'denied' | 'unauthenticated' | 'throttled' | 'unreachable' | 'malformed' | 'hanging';

/** States that the fault proxy brings about by an answer of its own. */
export type RepliedState = 'denied' | 'unauthenticated' | 'throttled' | 'unreachable' | 'malformed';

/** What a backend answers in some state. `%s` in the body is replaced by a secret, to see that it goes nowhere. */
export interface HarnessReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Brings about a state for `item`; the answer ends it, after which `item` is served as before. */
export type EnterState = (item: string) => Promise<() => Promise<void>>;

/**
 * What an adapter hands to `sourceConformance`. One harness stands for one way to use the adapter (`vault kv v2`,
 * `vault dynamic`), on a real backend.
 *
 * Every test makes up an item name of its own (`conformance-` and hexadecimal digits), calls `serve` and then
 * `source`; only a missing item has a source though it was not served. The harness must keep items apart and may
 * leave them behind.
 *
 * An adapter that speaks HTTP gives `backend`; the suite then puts its fault proxy before it and makes every bad
 * state itself. For any other adapter each state of `HookedState` needs a hook in `states`, or a reason in `inapplicable`.
 */
export interface SourceHarness<V extends CredentialValue = Secret> {
  /** Names the harness in test titles and in the capability table. */
  readonly name: string;
  /** Where the real backend listens (`http://127.0.0.1:8200`), for an adapter that speaks HTTP. */
  readonly backend?: string;
  /**
   * A new source for `item`, as an application would make it, with nothing shared between two calls.
   * `address` is the origin it must talk to; `''` without `backend`.
   */
  source(item: string, address: string): CredentialSource<V> | Promise<CredentialSource<V>>;
  /** Makes the backend hold `value` under `item`, which may exist already. Ignores `value` where `minted` is set. */
  serve(item: string, value: Secret): Promise<void>;
  /** Replaces the value of `item` by a newer version. Default: `serve`. */
  rotate?(item: string, value: Secret): Promise<void>;
  /** Makes `item` be missing. Default: nothing, an item never served is missing. */
  miss?(item: string): Promise<void>;
  /** A source that was never told where its backend is or how to log in. Needed unless declared inapplicable. */
  unconfigured?(): CredentialSource<V> | Promise<CredentialSource<V>>;
  /** Brings a state about by other means than the proxy; goes before it. A real refusal proves more than a made-up 403. */
  readonly states?: Readonly<Partial<Record<HookedState, EnterState>>>;
  /** What this backend answers in a state, where that is not 401, 403, 429, 503 or a page of HTML. */
  readonly replies?: Readonly<Partial<Record<RepliedState, HarnessReply>>>;
  /** The secret that `serve` stored, out of a credential's value. Needed where that is a record. */
  pick?(value: V): Secret;
  /** The backend makes the values up, a new one at each fetch: tokens, database logins. */
  readonly minted?: true;
  /** What the source logs in with: looked for wherever nothing may show. */
  readonly secrets?: readonly Secret[];
  /** Whether the backend still accepts what was minted. Lets `lease` prove that `release` did its work. */
  accepts?(value: V): Promise<boolean>;
  /** States and kinds of value that cannot exist for this backend, each with the reason, one sentence for a reader of the table. */
  readonly inapplicable?: Readonly<Partial<Record<SourceCapability, string>>>;
  /** How long a single fetch may take, in milliseconds. Default 5000. */
  readonly fetchTimeoutMs?: number;
  /** How soon an aborted fetch must have ended, in milliseconds. Default 1000. */
  readonly abortTimeoutMs?: number;
}
