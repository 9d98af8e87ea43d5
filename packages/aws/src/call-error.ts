import { CredentialError } from '@keyturn/core';
import { CODE_HINTS, codeOfException } from './exception-codes.ts';
import { type Asked, causeNamed, exceptionError, exceptionWord } from './exception-error.ts';

/** What the SDK throws, as far as it is looked at. */
interface SdkFailure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** Node's words for a connection that did not come about, or broke. */
const CONNECTION = /^(ECONN\w+|EHOST\w+|ENET\w+|EAI_\w+|ENOTFOUND|EPIPE|ETIMEDOUT|EADDRNOTAVAIL)$/;
const TLS = /CERT|SIGNATURE|SELF_SIGNED|^ERR_(TLS|SSL)|^EPROTO$/;

/**
 * The error of whatever the SDK threw in a call. Nothing of it is kept but names: it carries the answer itself.
 * What only failures need is loaded by the first one.
 */
export async function callError(thrown: unknown, asked: Asked): Promise<CredentialError> {
  const { name, message, $metadata, $response }: SdkFailure = Object(thrown);
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status === undefined) return connectionError(thrown, asked);
  if (status < 300) return nonsense(asked);
  const { codeOfStatus, retryAfterMs } = await import('@keyturn/core/http');
  const { 'retry-after': wait = '', date = '' } = $response?.headers ?? {};
  const headers = new Headers({ 'retry-after': wait, date });
  const exception = { name, message, status, codeOfStatus: codeOfStatus(status), retryAfterMs: retryAfterMs(headers) };
  return exceptionError(exception, asked);
}

function nonsense({ operation, source }: Asked): CredentialError {
  return new CredentialError('invalid_response', `${operation} was answered by something that AWS does not send`, {
    source,
    hint: CODE_HINTS.invalid_response,
  });
}

/** The error of a call that got no answer. */
export function connectionError(thrown: unknown, { operation, source }: Asked): CredentialError {
  const systemCode = systemCodeOf(thrown);
  const name = exceptionWord((Object(thrown) as SdkFailure).name);
  // The SDK calls a connection that was reset a TimeoutError; the system's word for it goes first.
  const code = systemCode === undefined ? (codeOfException(name) ?? 'invalid_response') : 'unreachable';
  const tls = TLS.test(systemCode ?? '');
  return new CredentialError(code, `${operation} failed: ${systemCode ?? name ?? 'something unexpected was thrown'}`, {
    source,
    hint: tls ? 'check the certificate of the endpoint, and that its CA is trusted here' : CODE_HINTS[code],
    ...causeNamed(systemCode ?? name),
  });
}

/** The first such code in the chain of causes; of several attempts (IPv6, then IPv4) that of the last one. */
function systemCodeOf(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth += 1) {
    if (error instanceof AggregateError && error.errors.length > 0) return systemCodeOf(error.errors.at(-1));
    const code = 'code' in error ? error.code : undefined;
    if (typeof code === 'string' && (CONNECTION.test(code) || TLS.test(code))) return code;
  }
  return undefined;
}
