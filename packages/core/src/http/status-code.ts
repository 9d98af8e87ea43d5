import type { CredentialErrorCode } from '../credential-error.ts';

/**
 * What an HTTP status means for a credential. Sources: RFC 9110 section 15, RFC 6585 (429).
 * Statuses without an entry: see `codeOfStatus`.
 */
export const STATUS_CODES: Readonly<Record<number, CredentialErrorCode>> = {
  401: 'unauthenticated',
  403: 'access_denied',
  404: 'not_found',
  // Not our login: a proxy on the way is not passed, so the backend is not reached.
  407: 'unreachable',
  // The server gave up waiting for the request.
  408: 'timed_out',
  409: 'conflict',
  // Known to have existed, and gone for good.
  410: 'not_found',
  412: 'conflict',
  // The server does not want to risk a replayed request now; asking again is right.
  425: 'unreachable',
  429: 'rate_limited',
  // A gateway waited for the backend in vain.
  504: 'timed_out',
};

/** The code of a status that is no success: by the table, else 5xx is `unreachable` and the rest `invalid_response`. */
export function codeOfStatus(
  status: number,
  overrides: Readonly<Record<number, CredentialErrorCode>> = {},
): CredentialErrorCode {
  return overrides[status] ?? STATUS_CODES[status] ?? (status >= 500 ? 'unreachable' : 'invalid_response');
}

/** What to do next, where an adapter knows nothing better. */
export const HINTS: Readonly<Partial<Record<CredentialErrorCode, string>>> = {
  unauthenticated: 'check what it logs in with: it may be expired, revoked or meant for another backend',
  access_denied: 'grant this login access to the item',
  not_found: 'check the name, and whether this login may see it',
  rate_limited: 'ask less often, or raise the limit of the backend',
  unreachable: 'check the address, the network and whether the backend is up',
  timed_out: 'check whether the backend is overloaded, or allow it more time',
  invalid_response: 'check that the address belongs to the backend, not to a proxy or a login page',
};
