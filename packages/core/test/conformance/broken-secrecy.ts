import { type BrokenSource, failingBy, like, yielding } from './broken-source.ts';
import { every, malformed, silent, states } from './suite-titles.ts';

export const leaks: Readonly<Record<string, BrokenSource>> = {
  'tells the value in a message': {
    make: failingBy((error, { value }) => like(error, { message: `not ${value()}` })),
    // The suite has no value in hand where an item is missing.
    fails: [
      ...every.filter((title) => title !== states.missing).map(silent),
      'an aborted fetch gives an error that tells no secret',
    ],
  },
  'tells its login in a hint': {
    make: failingBy((error, { token }) =>
      error.code === 'access_denied' ? like(error, { hint: `not ${token}` }) : error,
    ),
    fails: [silent(states.denied)],
  },
  'tells its login in the cause of the cause': {
    make: failingBy((error, { token }) => {
      const request = { headers: { authorization: `Bearer ${token}` } };
      const cause = new Error('request failed', { cause: Object.assign(new Error('socket'), { request }) });
      return error.code === 'unauthenticated' ? like(error, { cause }) : error;
    }),
    fails: [silent(states.unauthenticated)],
  },
  'tells its login in a Basic header in the cause': {
    make: failingBy((error, { token }) => {
      const cause = { authorization: `Basic ${Buffer.from(`user:${token}`).toString('base64')}` };
      return error.code === 'rate_limited' ? like(error, { cause }) : error;
    }),
    fails: [silent(states.throttled)],
  },
  'tells its login percent-encoded in a hidden property': {
    make: failingBy((error, { token }) => {
      if (error.code !== 'not_found') return error;
      const hidden = { value: `https://x/?key=${encodeURIComponent(token)}`, enumerable: false };
      return Object.defineProperty(error, 'url', hidden);
    }),
    fails: [silent(states.missing)],
  },
  'quotes a malformed answer': {
    make: failingBy((error, { value }) =>
      error.code === 'invalid_response' ? like(error, { message: `unexpected ${JSON.stringify(value())}` }) : error,
    ),
    fails: malformed.map(silent),
  },
  'tells the value in the origin': {
    make: yielding(({ value, origin }) => ({
      origin: { ...origin, reference: `ref://x#${Buffer.from(value.revealBytes())}` },
    })),
    fails: ['a credential tells no secret when printed'],
  },
  'tells the value in the version': {
    make: yielding(({ value }) => ({ version: Buffer.from(value.revealBytes()).toString('hex') })),
    fails: ['a credential tells no secret when printed'],
  },
  'tells its login in its name': {
    make: ({ good, token }) => ({ ...good, name: `reference:${token}` }),
    fails: ['a source tells no secret when printed'],
  },
  'shows its login as a property': {
    make: ({ good, token }) => Object.assign({ ...good }, { options: { client: { headers: { token } } } }),
    fails: ['a source tells no secret when printed'],
  },
};
