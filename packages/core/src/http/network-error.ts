import { CredentialError, type CredentialErrorCode } from '../credential-error.ts';
import { HINTS } from './status-code.ts';

/** Failures of a connection that are not "no connection". The codes are those of Node's `fetch` and HTTP parser. */
const CODES: readonly (readonly [RegExp, CredentialErrorCode])[] = [
  [/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, 'timed_out'],
  [/^UND_ERR_HEADERS_OVERFLOW$|^HPE_|^HTTP_PARSER_ERROR$|^Z_|^ERR_.*BROTLI/, 'invalid_response'],
];

const TLS = /CERT|SIGNATURE|^ERR_(TLS|SSL)|SELF_SIGNED|^EPROTO$/;

/**
 * The error of a request that got no answer. Its message names the system's code (`ECONNREFUSED`), which its cause
 * carries as `code`; nothing else of what was thrown is kept, since an HTTP client may put request headers there.
 */
export function networkError(thrown: unknown, what: string, source: string): CredentialError {
  const systemCode = findSystemCode(thrown);
  const code = CODES.find(([pattern]) => pattern.test(systemCode ?? ''))?.[1] ?? 'unreachable';
  const tls = TLS.test(systemCode ?? '');
  return new CredentialError(code, `${what} failed: ${systemCode ?? 'the connection broke'}`, {
    source,
    hint: tls ? 'check the certificate of the backend, and that its CA is trusted here' : HINTS[code],
    cause: systemCode === undefined ? undefined : Object.assign(new Error(systemCode), { code: systemCode }),
  });
}

/** The first code in the chain of causes; for several attempts (IPv6, then IPv4) that of the last one. */
function findSystemCode(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth += 1) {
    if (error instanceof AggregateError && error.errors.length > 0) return findSystemCode(error.errors.at(-1));
    const code = 'code' in error ? error.code : undefined;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
    // Node's parser gives its errors a code only sometimes.
    if (error.name === 'HTTPParserError') return 'HTTP_PARSER_ERROR';
  }
  return undefined;
}
