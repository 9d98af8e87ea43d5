import { CredentialError, type CredentialErrorCode } from '@keyturn/core';
import { codeOfStatus, retryAfterMs } from '@keyturn/core/http';
import { CODE_HINTS, EXCEPTION_CODES, EXCEPTION_HINTS } from './exception-codes.ts';

/** What was asked, for an error's text. */
export interface Asked {
  /** `GetSecretValue`. */
  readonly operation: string;
  readonly source: string;
}

/** What an answer says of its failure. Nothing of `message` is ever kept. */
export interface AwsException {
  readonly name: string | undefined;
  readonly message?: string | undefined;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The error of an exception that Secrets Manager, or the agent in its name, answered. */
export function exceptionError(exception: AwsException, { operation, source }: Asked): CredentialError {
  const { status, message = '' } = exception;
  const name = plainName(exception.name);
  const deleted = name === 'InvalidRequestException' && /delet/i.test(message);
  const known = deleted ? 'not_found' : EXCEPTION_CODES[name ?? ''];
  const code = known ?? (status === undefined ? 'invalid_response' : codeOfStatus(status));
  const answer = known === undefined && status !== undefined ? `HTTP ${status}` : (name ?? 'something unknown');
  return new CredentialError(
    code,
    `${operation} was answered by ${answer}${deleted ? ': the secret is marked for deletion' : ''}`,
    {
      source,
      hint: hintOf(name, code, message, deleted),
      retryAfterMs: exception.retryAfterMs,
      ...causeNamed(name),
    },
  );
}

/** The error of whatever the SDK threw in a call. */
export function callError(thrown: unknown, asked: Asked): CredentialError {
  if (thrown instanceof CredentialError) return thrown;
  const failure = thrown as SdkFailure | null | undefined;
  const response = failure?.$response;
  const status = failure?.$metadata?.httpStatusCode ?? response?.statusCode;
  if (status === undefined) return connectionError(thrown, asked);
  if (status < 300) return nonsense(asked, status);
  const { name, message } = failure ?? {};
  return exceptionError({ name, message, status, retryAfterMs: waitOf(response?.headers) }, asked);
}

/** The name of the exception that an error of this package stands for. */
export function exceptionName(error: CredentialError): string | undefined {
  return error.cause instanceof Error ? error.cause.name : undefined;
}

/** As the SDK throws it, as far as it is looked at. */
interface SdkFailure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

/** A call that got no answer. */
export function connectionError(thrown: unknown, { operation, source }: Asked): CredentialError {
  const systemCode = systemCodeOf(thrown);
  const name = plainName((thrown as SdkFailure | null | undefined)?.name);
  // The SDK calls a connection that was reset a TimeoutError; the system's word for it goes first.
  const code = systemCode === undefined ? (EXCEPTION_CODES[name ?? ''] ?? 'invalid_response') : 'unreachable';
  const tls = /CERT|SIGNATURE|^ERR_(TLS|SSL)|SELF_SIGNED|^EPROTO$/.test(systemCode ?? '');
  return new CredentialError(code, `${operation} failed: ${systemCode ?? name ?? 'for no known reason'}`, {
    source,
    hint: tls ? 'check the certificate of the endpoint, and that its CA is trusted here' : CODE_HINTS[code],
    ...causeNamed(systemCode ?? name),
  });
}

function nonsense({ operation, source }: Asked, status: number): CredentialError {
  return new CredentialError(
    'invalid_response',
    `${operation} was answered by HTTP ${status} with something else than AWS sends`,
    {
      source,
      hint: CODE_HINTS.invalid_response,
    },
  );
}

function hintOf(
  name: string | undefined,
  code: CredentialErrorCode,
  message: string,
  deleted: boolean,
): string | undefined {
  if (deleted) return 'restore it: aws secretsmanager restore-secret --secret-id ID';
  if (code === 'access_denied' && /\bKMS\b/.test(message)) return EXCEPTION_HINTS['DecryptionFailure'];
  return EXCEPTION_HINTS[name ?? ''] ?? CODE_HINTS[code];
}

/** Of what an error is called only a plain word is kept: the name comes out of the answer. */
function plainName(name: string | undefined): string | undefined {
  return name !== undefined && /^[A-Za-z]{3,60}$/.test(name) ? name : undefined;
}

/** A cause that tells the exception and nothing else; an error of the SDK carries the whole answer. */
function causeNamed(name: string | undefined): { cause?: Error } {
  return name === undefined ? {} : { cause: Object.assign(new Error(name), { name }) };
}

function waitOf(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const { 'retry-after': wait, date = '' } = headers ?? {};
  return wait === undefined ? undefined : retryAfterMs(new Headers({ 'retry-after': wait, date }));
}

/** The first code in the chain of causes; for several attempts (IPv6, then IPv4) that of the last one. */
function systemCodeOf(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth += 1) {
    if (error instanceof AggregateError && error.errors.length > 0) return systemCodeOf(error.errors.at(-1));
    const code = 'code' in error ? error.code : undefined;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
  }
  return undefined;
}
