import type { Clock } from '../clock.ts';
import type { Secret } from '../secret.ts';
import type { TokenStore } from '../token-store.ts';

/**
 * What the token-store suite proves, one row each in the capability table. A harness may declare any of them
 * inapplicable, with the reason.
 *
 * - `compareAndSwap`: generations go up one by one, one writer wins, a stale one changes nothing.
 * - `tombstones`: a deletion is a generation; numbers never restart.
 * - `claims`: one claimant is granted a token, for good.
 * - `unclaim`: a claim goes back, with a backoff for all.
 * - `clock`: time passes by the clock that `open` is given.
 * - `families`: they do not mix, whatever their names.
 * - `data`: bytes arrive as they were stored.
 * - `model`: random sequences of calls behave like the memory of one process.
 * - `secrecy`: nothing that can be printed tells what is stored.
 * - `unreachable`, `damaged`, `crash`: what the hooks of these names bring about.
 */
export type TokenStoreCapability =
  | 'compareAndSwap'
  | 'tombstones'
  | 'claims'
  | 'unclaim'
  | 'clock'
  | 'families'
  | 'data'
  | 'model'
  | 'secrecy'
  | 'unreachable'
  | 'damaged'
  | 'crash';

/**
 * What a store hands to `tokenStoreConformance`. All handles share one backing store; each test makes up families
 * of its own and leaves them behind.
 */
export interface TokenStoreHarness {
  /** Names the harness in test titles and in the capability table. */
  readonly name: string;
  /**
   * A handle on the backing store as another process would open it: nothing shared in memory, where the store is not
   * memory itself. Its time is `clock`, unless `clock` is declared inapplicable.
   */
  open(options: { readonly clock: Clock }): TokenStore | Promise<TokenStore>;
  /** Ends a handle; called once for each. */
  close?(store: TokenStore): Promise<void>;
  /** Takes the backing store away from all handles; the answer brings it back. Needed unless declared inapplicable. */
  unreachable?(): Promise<() => Promise<void>>;
  /** Overwrites what is stored of a family by something that makes no sense. Needed unless declared inapplicable. */
  damage?(family: string): Promise<void>;
  /**
   * Calls `compareAndSwap` in a process of its own, kills that at a moment of the harness's choice, another one in
   * each of `rounds`, and waits until it is gone. Needed unless declared inapplicable.
   */
  crash?(write: CrashingWrite): Promise<void>;
  /** What the store itself logs in or encrypts with: looked for wherever nothing may show. */
  readonly secrets?: readonly Secret[];
  /** States that cannot exist for this store, each with the reason, one sentence for a reader of the table. */
  readonly inapplicable?: Readonly<Partial<Record<TokenStoreCapability, string>>>;
  /** How many random sequences the model test plays. Default 25, of 40 calls each. */
  readonly modelRuns?: number;
  /** Starts the random sequences; a failed test names the one to repeat. Default: another one each time. */
  readonly seed?: number;
}

export interface CrashingWrite {
  readonly family: string;
  readonly expected: number;
  readonly next: Secret;
  /** Counts up from 0. */
  readonly round: number;
  readonly rounds: number;
}
