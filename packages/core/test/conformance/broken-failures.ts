import { CredentialError } from '../../src/credential-error.ts';
import { type BrokenSource, failingBy, fetchingBy, wrongCode } from './broken-source.ts';
import { connections, every, malformed, states, titleOfCode } from './suite-titles.ts';

export const wrongFailures: Readonly<Record<string, BrokenSource>> = {
  'turns a missing item into undefined': {
    make: failingBy((error) => (error.code === 'not_found' ? undefined : error)),
    fails: [`${states.missing} is not_found`],
  },
  'turns every failure into undefined': {
    make: failingBy(() => undefined),
    fails: [
      ...every.map((title) => titleOfCode(title)),
      'an abort ends a hanging fetch promptly, as aborted or timed_out',
      'a deadline ends a hanging fetch promptly, as timed_out or aborted',
      'Retry-After of a throttling backend arrives as retryAfterMs',
      'a redirect is not followed and is invalid_response',
      'an aborted signal is answered with aborted, without asking the backend',
    ],
  },
  'takes a missing item for a denied one': {
    make: wrongCode('not_found', 'access_denied'),
    fails: [titleOfCode(states.missing)],
  },
  'takes a denied item for a missing one': {
    make: wrongCode('access_denied', 'not_found'),
    fails: [titleOfCode(states.denied)],
  },
  'takes a refused login for a missing configuration': {
    make: wrongCode('unauthenticated', 'not_configured'),
    fails: [titleOfCode(states.unauthenticated)],
  },
  'takes throttling for an outage': {
    make: wrongCode('rate_limited', 'unreachable'),
    fails: [titleOfCode(states.throttled)],
  },
  'takes an outage for a missing item': {
    make: wrongCode('unreachable', 'not_found'),
    fails: [...connections, states.cut].map(titleOfCode),
  },
  'takes a malformed answer for an outage': {
    make: wrongCode('invalid_response', 'unreachable'),
    fails: [...malformed.map(titleOfCode), 'a redirect is not followed and is invalid_response'],
  },
  'throws what is no CredentialError': {
    make: failingBy((error) => (error.code === 'not_found' ? new TypeError('no such item') : error)),
    fails: [titleOfCode(states.missing)],
  },
  'does not name itself in errors': {
    make: failingBy((error) =>
      error.code === 'not_found' ? new CredentialError(error.code, 'no such item', { hint: 'look' }) : error,
    ),
    fails: [titleOfCode(states.missing)],
  },
  'gives no hint': {
    make: failingBy(
      (error) => new CredentialError(error.code, error.message, { source: 'x', retryAfterMs: error.retryAfterMs }),
    ),
    fails: [states.missing, states.denied, states.unauthenticated].map(
      (title) => `${title} gives an error that says what to do next`,
    ),
  },
  'drops Retry-After': {
    make: failingBy((error) => new CredentialError(error.code, error.message, { source: 'x', hint: 'wait' })),
    fails: ['Retry-After of a throttling backend arrives as retryAfterMs'],
  },
  'retries by itself': {
    make: fetchingBy(({ good }) => async (context) => {
      try {
        return await good.fetch(context);
      } catch {
        return good.fetch(context);
      }
    }),
    fails: [`${states.throttled} is asked once only`, `${states.down} is asked once only`],
  },
  'follows redirects': {
    make: fetchingBy(({ good, address, token, item }) => async (context) => {
      const headers = { authorization: `Bearer ${token}` };
      const followed = await fetch(`${address}/items/${item}`, { headers, signal: context.signal }).catch(() => null);
      await followed?.body?.cancel();
      return good.fetch(context);
    }),
    fails: [
      'a redirect is not followed and is invalid_response',
      ...[states.throttled, states.down].map((title) => `${title} is asked once only`),
    ],
  },
};
