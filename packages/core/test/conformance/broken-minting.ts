import { CredentialError } from '../../src/credential-error.ts';
import type { mintingSource } from './reference-source.ts';

type Minting = ReturnType<typeof mintingSource>;

interface BrokenMinting {
  readonly make: (good: Minting) => Partial<Minting>;
  readonly fails: readonly string[];
}

const titles = {
  back: 'what was minted can be given back',
  twice: 'a second release of the same credential does no harm',
  renewed: 'a renewed credential keeps its lease, and a new one has its own',
  failing: 'a release that fails says so and tells no secret',
  hanging: 'an abort ends a hanging release promptly',
};

/** Sources that get leases wrong. */
export const wrongLeases: Readonly<Record<string, BrokenMinting>> = {
  'mints without a lease': {
    make: (good) => ({
      fetch: async (context) => {
        const { lease: _lease, ...credential } = await good.fetch(context);
        return credential;
      },
    }),
    fails: Object.values(titles),
  },
  'has no release': {
    make: ({ release: _release, ...good }) => ({ ...good, release: undefined as never }),
    fails: Object.values(titles),
  },
  'does not give back': {
    make: () => ({ release: async () => undefined }),
    // Without a request there is none that could fail or hang.
    fails: [titles.back, titles.failing],
  },
  'fails at a second release': {
    make: (good) => {
      const released = new WeakSet<object>();
      return {
        release: async (credential, context) => {
          if (released.has(credential.lease!)) throw new CredentialError('not_found', 'no such lease', { source: 'x' });
          await good.release(credential, context);
          released.add(credential.lease!);
        },
      };
    },
    fails: [titles.twice],
  },
  'swallows the failure of a release': {
    make: (good) => ({
      release: async (credential, context) => {
        await good.release(credential, context).catch(() => undefined);
      },
    }),
    fails: [titles.failing],
  },
  'tells the value when a release fails': {
    make: (good) => ({
      release: async (credential, context) => {
        await good.release(credential, context).catch(() => {
          throw new CredentialError('unreachable', `${credential.value.password.reveal()} lives`, { source: 'x' });
        });
      },
    }),
    fails: [titles.failing],
  },
  'releases whatever the signal says': {
    make: (good) => ({ release: (credential) => good.release(credential, { signal: new AbortController().signal }) }),
    fails: [titles.hanging],
  },
  'gives a renewed credential another lease': {
    make: (good) => ({
      fetch: async (context) => ({ ...(await good.fetch(context)), ...(context.previous && { lease: {} }) }),
    }),
    fails: [titles.renewed],
  },
  'renews what was rejected': {
    make: (good) => ({
      fetch: ({ rejected: _rejected, ...context }) => good.fetch(context),
    }),
    fails: ['a rejected credential is not handed out again when there is a newer one'],
  },
  'hands out one minted value over and over': {
    make: (good) => {
      let kept: ReturnType<Minting['fetch']> | undefined;
      return {
        fetch: (context) => {
          if (context.signal.aborted) return good.fetch(context);
          kept ??= good.fetch(context);
          kept.catch(() => {
            kept = undefined;
          });
          return kept;
        },
      };
    },
    fails: [
      'a fetch after a rotation shows the new version',
      'a rejected credential is not handed out again when there is a newer one',
      'every fetch asks the backend',
    ],
  },
};
