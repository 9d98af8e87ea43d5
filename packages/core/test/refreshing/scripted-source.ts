import { type FakeClock, fakeClock } from '../../src/conformance/fake-clock.ts';
import {
  type Credential,
  CredentialError,
  type CredentialErrorCode,
  type CredentialEvent,
  type CredentialProvider,
  type CredentialSource,
  type FetchContext,
  type RefreshingOptions,
  refreshing,
  type Secret,
  secret,
} from '../../src/index.ts';

/** A source whose answers a test decides one by one; the last one is repeated. */
export interface ScriptedSource extends CredentialSource {
  readonly contexts: FetchContext[];
  readonly released: Credential[];
  /** Fetches that have begun and not settled. */
  readonly underWay: () => number;
  answer: (context: FetchContext, call: number) => Credential | Promise<Credential>;
}

export function scriptedSource(answer: ScriptedSource['answer']): ScriptedSource {
  let underWay = 0;
  const source: ScriptedSource = {
    name: 'scripted',
    contexts: [],
    released: [],
    underWay: () => underWay,
    answer,
    async fetch(context) {
      underWay += 1;
      source.contexts.push(context);
      try {
        return await source.answer(context, source.contexts.length);
      } finally {
        underWay -= 1;
      }
    },
    async release(credential) {
      source.released.push(credential);
    },
  };
  return source;
}

export interface CredentialParts extends Partial<Omit<Credential, 'value' | 'origin' | 'expiresAt' | 'refreshAt'>> {
  /** Milliseconds from now. */
  readonly lifeMs?: number;
  /** Milliseconds from now. */
  readonly refreshInMs?: number;
}

export function credentialAt(clock: { now(): number }, text: string, parts: CredentialParts = {}): Credential {
  const { lifeMs, refreshInMs, ...rest } = parts;
  return {
    value: secret(text),
    origin: { adapter: 'scripted', reference: 'scripted://test', fetchedAt: new Date(clock.now()) },
    ...(lifeMs !== undefined && { expiresAt: new Date(clock.now() + lifeMs) }),
    ...(refreshInMs !== undefined && { refreshAt: new Date(clock.now() + refreshInMs) }),
    ...rest,
  };
}

export function failure(code: CredentialErrorCode, retryAfterMs?: number): CredentialError {
  return new CredentialError(code, `scripted ${code}`, { source: 'scripted', retryAfterMs });
}

export interface Bench {
  readonly clock: FakeClock;
  readonly source: ScriptedSource;
  readonly provider: CredentialProvider<Secret>;
  readonly events: CredentialEvent[];
  /** The type of each event, in order. */
  readonly heard: () => string[];
}

export function bench(
  answer: (clock: FakeClock, context: FetchContext, call: number) => Credential | Promise<Credential>,
  options: Omit<RefreshingOptions, 'clock' | 'onEvent'> = {},
): Bench {
  const clock = fakeClock();
  const events: CredentialEvent[] = [];
  const source = scriptedSource((context, call) => answer(clock, context, call));
  const provider = refreshing(source, { ...options, clock, onEvent: (event) => events.push(event) });
  return { clock, source, provider, events, heard: () => events.map(({ type }) => type) };
}

/** What a promise came to, without waiting for it longer than the clock is moved. */
export async function outcomeOf(promise: Promise<Credential>): Promise<string> {
  try {
    return (await promise).value.reveal();
  } catch (error) {
    if (error instanceof CredentialError) return error.code;
    throw error;
  }
}

export const MINUTE = 60_000;
export const SECOND = 1_000;
