import { setImmediate as turn } from 'node:timers/promises';
import { secret } from '../../src/secret.ts';
import { goodRules, type Rules } from './ruled-store.ts';

interface BrokenStore {
  readonly rules: Partial<Rules>;
  /** The titles of the tests that must fail: these, and of the random ones any. */
  readonly fails: readonly string[];
}

const FAMILIES = [
  'families keep apart, whatever their names',
  'claims of different families keep apart, whatever their names',
];

const HOUR_MS = 3_600_000;

export const brokenStores: Readonly<Record<string, BrokenStore>> = {
  'lets two writers win': {
    rules: { pause: async () => void (await turn()) },
    fails: [
      'of 20 writers at once exactly one wins, and every handle reads what it wrote',
      'of 50 claimants at once exactly one is granted',
    ],
  },
  'takes any write': {
    rules: { mayWrite: () => true },
    fails: [
      'a write from an older generation is refused and changes nothing',
      'a write from a generation that does not exist yet is refused',
      'of 20 writers at once exactly one wins, and every handle reads what it wrote',
      'generations go on after a deletion and never restart',
      'a stale writer can neither delete nor bring back what was deleted',
    ],
  },
  'takes a write from a later generation': {
    rules: { mayWrite: (newest, expected) => expected >= newest },
    fails: ['a write from a generation that does not exist yet is refused'],
  },
  'lets a stale writer delete': {
    rules: { mayWrite: (newest, expected, next) => newest === expected || next === undefined },
    fails: ['a stale writer can neither delete nor bring back what was deleted'],
  },
  'restarts generations after a deletion': {
    rules: { next: (stored, data) => (data === undefined ? undefined : goodRules.next(stored, data)) },
    fails: [
      'a deletion is a generation of its own, without data',
      'generations go on after a deletion and never restart',
      'a stale writer can neither delete nor bring back what was deleted',
      'a deletion cannot be claimed',
    ],
  },
  'shows a deletion as if nothing had been written': {
    rules: { show: (stored) => (stored?.data === undefined ? undefined : goodRules.show(stored)) },
    fails: [
      'a deletion is a generation of its own, without data',
      'generations go on after a deletion and never restart',
      'a stale writer can neither delete nor bring back what was deleted',
    ],
  },
  'takes empty data for a deletion': {
    rules: {
      next: (stored, data) => goodRules.next(stored, data?.revealBytes().length === 0 ? undefined : data),
    },
    fails: ['empty data is no deletion'],
  },
  'grants a token to everybody': {
    rules: { isFree: () => true },
    fails: [
      'a token of the newest generation is granted once, and others are told who holds it',
      'not even the same owner is granted a token twice',
      'of 50 claimants at once exactly one is granted',
      'a new generation drops the claims of the one before: the same token can be claimed again',
      'a claim of the newest generation never expires',
      'a token that was given back can be claimed at once, by one',
      'a backoff keeps everybody away, and they are told until when',
      'from the end of a backoff on, exactly one is granted the token',
      'a stranger cannot give a claim back',
      'a holder of the past cannot give back the claim of another',
      'a claim that was given back is no longer held: its backoff stays',
      'a claim of an older generation cannot be given back',
      'claims of different families keep apart, whatever their names',
    ],
  },
  'grants a token to its owner again': {
    rules: {
      isFree: (entry, claim, clock) =>
        goodRules.isFree(entry, claim, clock) || (entry?.claim.owner === claim.owner && entry.retryAt === undefined),
    },
    fails: ['not even the same owner is granted a token twice'],
  },
  'forgets a claim after an hour': {
    rules: {
      isFree: (entry, claim, clock) =>
        goodRules.isFree(entry, claim, clock) ||
        (entry !== undefined && entry.retryAt === undefined && clock.now() - entry.since.getTime() > HOUR_MS),
    },
    fails: ['a claim of the newest generation never expires'],
  },
  'keeps claims over generations': {
    rules: {
      next: (stored, data) => ({ ...goodRules.next(stored, data)!, claims: stored?.claims ?? new Map() }),
    },
    fails: [
      'a new generation drops the claims of the one before: the same token can be claimed again',
      'a claim of an older generation cannot be given back',
      'a new generation forgets the backoff of the one before',
    ],
  },
  'has one claim for all tokens of a generation': {
    rules: { claimKey: ({ generation }) => String(generation) },
    fails: [
      'two tokens of one generation are claimed independently',
      'a stranger cannot give a claim back',
      'a token that nobody holds cannot be given back, nor a backoff be put on it',
    ],
  },
  'grants tokens of older generations': {
    rules: {
      isNewest: (stored, { generation }) => stored?.data !== undefined && generation <= stored.generation,
    },
    fails: ['only the newest generation can be claimed'],
  },
  'grants tokens of generations to come': {
    rules: {
      isNewest: (stored, { generation }) => stored?.data !== undefined && generation >= stored.generation,
    },
    fails: ['only the newest generation can be claimed'],
  },
  'grants tokens of a family that was never written': {
    rules: { isNewest: (stored, claim) => stored === undefined || goodRules.isNewest(stored, claim) },
    fails: ['only the newest generation can be claimed'],
  },
  'grants a deletion': {
    rules: { isNewest: (stored, { generation }) => stored?.generation === generation },
    fails: ['a deletion cannot be claimed'],
  },
  'names a wrong owner': {
    rules: { refusal: ({ since }) => ({ granted: false, reason: 'held', owner: 'somebody', since }) },
    fails: [
      'a token of the newest generation is granted once, and others are told who holds it',
      'not even the same owner is granted a token twice',
      'of 50 claimants at once exactly one is granted',
      'a new generation drops the claims of the one before: the same token can be claimed again',
      'a claim of the newest generation never expires',
      'a token that was given back can be claimed at once, by one',
      'a backoff keeps everybody away, and they are told until when',
      'from the end of a backoff on, exactly one is granted the token',
      'a stranger cannot give a claim back',
      'a holder of the past cannot give back the claim of another',
      'a claim that was given back is no longer held: its backoff stays',
      'a claim of an older generation cannot be given back',
      'claims of different families keep apart, whatever their names',
    ],
  },
  'tells nobody of the backoff': {
    rules: {
      refusal: ({ claim, since }) => ({ granted: false, reason: 'held', owner: claim.owner, since }),
    },
    fails: ['a backoff keeps everybody away, and they are told until when'],
  },
  'lets anybody give a claim back': {
    rules: {
      mayGiveBack: (stored, entry, claim) =>
        entry !== undefined && entry.retryAt === undefined && stored?.generation === claim.generation,
    },
    fails: ['a stranger cannot give a claim back', 'a holder of the past cannot give back the claim of another'],
  },
  'lets a backoff be lifted': {
    rules: {
      mayGiveBack: (stored, entry, claim) =>
        stored?.generation === claim.generation && entry?.claim.owner === claim.owner,
    },
    fails: ['a claim that was given back is no longer held: its backoff stays'],
  },
  'gives back claims of older generations': {
    rules: {
      mayGiveBack: (_stored, entry, claim) => entry?.claim.owner === claim.owner && entry.retryAt === undefined,
    },
    fails: ['a claim of an older generation cannot be given back'],
  },
  'puts a backoff on a token that nobody holds': {
    rules: {
      mayGiveBack: (stored, entry, claim) =>
        (stored?.generation === claim.generation && entry === undefined) || goodRules.mayGiveBack(stored, entry, claim),
    },
    fails: ['a token that nobody holds cannot be given back, nor a backoff be put on it'],
  },
  'does not give back': {
    rules: { giveBack: () => undefined },
    fails: [
      'a token that was given back can be claimed at once, by one',
      'a backoff keeps everybody away, and they are told until when',
      'a backoff that is over keeps nobody away',
      'from the end of a backoff on, exactly one is granted the token',
      'a holder of the past cannot give back the claim of another',
    ],
  },
  'forgets the backoff': {
    rules: { giveBack: (stored, key) => void stored.claims.delete(key) },
    fails: [
      'a backoff keeps everybody away, and they are told until when',
      'a claim that was given back is no longer held: its backoff stays',
      'from the end of a backoff on, exactly one is granted the token',
    ],
  },
  'lets a backoff last for good': {
    rules: { isFree: (entry) => entry === undefined },
    fails: [
      'a backoff that is over keeps nobody away',
      'from the end of a backoff on, exactly one is granted the token',
    ],
  },
  'takes letters for their lower case': { rules: { key: (family) => family.toLowerCase() }, fails: FAMILIES },
  'normalises names': { rules: { key: (family) => family.normalize('NFC') }, fails: FAMILIES },
  'trims names': { rules: { key: (family) => family.trim() }, fails: FAMILIES },
  'cuts names': { rules: { key: (family) => family.slice(0, 1_000) }, fails: FAMILIES },
  'takes one separator for another': { rules: { key: (family) => family.replaceAll('/', ':') }, fails: FAMILIES },
  'resolves paths': { rules: { key: (family) => new URL(family, 'file:///tokens/').href }, fails: FAMILIES },
  'stores text only': {
    rules: {
      next: (stored, data) => goodRules.next(stored, data && secret(Buffer.from(data.revealBytes()).toString('utf8'))),
    },
    fails: ['data of all bytes arrives unchanged'],
  },
  'normalises line ends': {
    rules: {
      next: (stored, data) => {
        const text = data && Buffer.from(data.revealBytes()).toString('latin1').replaceAll('\r\n', '\n');
        return goodRules.next(stored, text === undefined ? undefined : secret(Buffer.from(text, 'latin1')));
      },
    },
    fails: ['Unicode text of several lines arrives unchanged'],
  },
  'cuts long data': {
    rules: {
      next: (stored, data) => goodRules.next(stored, data && secret(data.revealBytes().subarray(0, 65_000))),
    },
    fails: ['data of 64 KiB arrives unchanged'],
  },
  'shows what it stores': {
    rules: {
      show: (stored) => stored && { ...goodRules.show(stored)!, raw: stored.data?.revealBytes() },
    },
    fails: ['neither a store nor what it answers tells a secret when printed'],
  },
  'reads on after an abort': {
    rules: { heeds: () => false },
    fails: ['a read with an aborted signal is aborted'],
  },
  'takes a damaged record for a missing one': {
    rules: { damaged: () => undefined },
    fails: ['a damaged record is invalid_response, never a missing one'],
  },
  'goes on as if nothing were wrong while it is down': {
    rules: { down: () => undefined },
    fails: ['a read', 'a write', 'a claim'].map(
      (call) => `${call} of a store that cannot be reached is unreachable or timed_out`,
    ),
  },
  'fails as if it had been asked wrongly while it is down': {
    rules: {
      down() {
        throw new TypeError('socket is undefined');
      },
    },
    fails: ['a read', 'a write', 'a claim'].map(
      (call) => `${call} of a store that cannot be reached is unreachable or timed_out`,
    ),
  },
};
