import type { Credential } from '../../src/credential.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import { type BrokenSource, fetchingBy, remembering } from './broken-source.ts';
import { afterwards, connections, ROTATION, states } from './suite-titles.ts';

export const wrongMemories: Readonly<Record<string, BrokenSource>> = {
  'caches what it fetched': {
    make: fetchingBy(({ good }) => {
      let cached: Credential | undefined;
      return async (context) => {
        if (cached === undefined || context.signal.aborted) cached = await good.fetch(context);
        return cached;
      };
    }),
    fails: Object.values(ROTATION),
  },
  'keeps what a caller has in hand': {
    make: fetchingBy(({ good }) => async (context) => {
      if (context.previous !== undefined && context.rejected === undefined) return context.previous;
      return good.fetch(context);
    }),
    fails: [ROTATION.previous],
  },
  'hands out the rejected credential again': {
    make: fetchingBy(
      ({ good }) =>
        async (context) =>
          context.rejected ?? good.fetch(context),
    ),
    fails: [ROTATION.rejected],
  },
  'changes credentials that it handed out': {
    make: fetchingBy(({ good }) => {
      const kept: { -readonly [K in keyof Credential]?: Credential[K] } = {};
      return async (context) => Object.assign(kept, await good.fetch(context)) as Credential;
    }),
    fails: [ROTATION.plain, ROTATION.previous, ROTATION.rejected, 'a credential that was handed out never changes'],
  },
  'remembers that an item is missing': {
    make: remembering('not_found'),
    fails: [afterwards(states.missing)],
  },
  'remembers that it was throttled': {
    make: remembering('rate_limited'),
    fails: [afterwards(states.throttled)],
  },
  'remembers that it could not connect': {
    make: remembering('unreachable'),
    fails: [...connections, states.cut].map(afterwards),
  },
  'remembers that it was aborted': {
    make: remembering('aborted'),
    fails: ['an aborted fetch is not remembered'],
  },
  'ignores an abort': {
    make: fetchingBy(({ good }) => async (context) => {
      if (context.signal.aborted) return good.fetch(context);
      return good.fetch({ ...context, signal: new AbortController().signal });
    }),
    fails: [
      'an abort ends a hanging fetch promptly, as aborted or timed_out',
      'a deadline ends a hanging fetch promptly, as timed_out or aborted',
      'an aborted fetch gives an error that tells no secret',
      'an aborted fetch is not remembered',
    ],
  },
  'asks the backend though it was aborted before': {
    make: fetchingBy(({ good }) => async (context) => {
      if (context.signal.aborted) await good.fetch({ ...context, signal: new AbortController().signal });
      return good.fetch(context);
    }),
    fails: ['an aborted signal is answered with aborted, without asking the backend'],
  },
  'lets the abort of one caller end the wait of another': {
    make: fetchingBy(({ good }) => {
      let shared: Promise<Credential> | undefined;
      return (context) => {
        shared ??= good.fetch(context).finally(() => {
          shared = undefined;
        });
        return shared;
      };
    }),
    fails: ['a hanging fetch, and its abort, leave the others alone'],
  },
  'mixes up fetches that are under way at once': {
    make: ({ good }) => ({ ...good, fetch: mixingUp(good) }),
    fails: ['fetches of several items at once do not mix up'],
  },
  'sets a timer': {
    make: fetchingBy(({ good }) => async (context) => {
      const credential = await good.fetch(context);
      context.clock.setTimer(() => undefined, 60_000, { background: true });
      return credential;
    }),
    fails: ['a source sets no timers'],
  },
};

/** Keeps the value of the fetch under way where all fetches can reach it. */
function mixingUp(good: CredentialSource): CredentialSource['fetch'] {
  return async (context) => {
    const credential = await good.fetch(context);
    lastFetched = credential;
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return { ...credential, value: lastFetched.value };
  };
}

let lastFetched: Credential;
