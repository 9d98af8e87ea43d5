import type { CredentialErrorCode } from '@keyturn/core';

/**
 * What the exceptions of Secrets Manager mean, by name: the status is 400 for nearly all of them. Sources: the "Errors"
 * of each operation in the API reference, its "Common errors", and those of the signature (AWS General Reference).
 */
const EXCEPTION_CODES: Readonly<Record<string, CredentialErrorCode>> = {
  ResourceNotFoundException: 'not_found',

  AccessDeniedException: 'access_denied',
  AccessDenied: 'access_denied',
  NotAuthorized: 'access_denied',
  OptInRequired: 'access_denied',
  // The key that protects the secret is disabled, deleted or out of reach.
  DecryptionFailure: 'access_denied',
  EncryptionFailure: 'access_denied',

  ExpiredToken: 'unauthenticated',
  ExpiredTokenException: 'unauthenticated',
  IncompleteSignature: 'unauthenticated',
  IncompleteSignatureException: 'unauthenticated',
  InvalidClientTokenId: 'unauthenticated',
  InvalidSignatureException: 'unauthenticated',
  MissingAuthenticationToken: 'unauthenticated',
  MissingAuthenticationTokenException: 'unauthenticated',
  RequestExpired: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  UnrecognizedClientException: 'unauthenticated',

  LimitExceededException: 'rate_limited',
  RequestLimitExceeded: 'rate_limited',
  Throttling: 'rate_limited',
  ThrottlingException: 'rate_limited',
  ThrottledException: 'rate_limited',
  TooManyRequestsException: 'rate_limited',

  InternalError: 'unreachable',
  InternalFailure: 'unreachable',
  InternalServiceError: 'unreachable',
  ServiceUnavailable: 'unreachable',
  ServiceUnavailableException: 'unreachable',
  // The local agent's word for "Secrets Manager did not answer me".
  ConnectionError: 'unreachable',

  TimeoutError: 'timed_out',

  InvalidParameterException: 'invalid_reference',
  ValidationError: 'invalid_reference',
  ValidationException: 'invalid_reference',

  InvalidRequestException: 'conflict',
  PreconditionNotMetException: 'conflict',
  ResourceExistsException: 'conflict',

  InvalidNextTokenException: 'invalid_response',
};

/** What to do next, by exception where that says more than its code. */
const EXCEPTION_HINTS: Readonly<Record<string, string>> = {
  DecryptionFailure: 'check that the KMS key of the secret is enabled, and that this login may use it (kms:Decrypt)',
  EncryptionFailure:
    'check that the KMS key of the secret is enabled, and that this login may use it (kms:GenerateDataKey)',
  ExpiredTokenException: 'the session of this login is over: log in again, or let the SDK renew it by a role',
  InvalidSignatureException: 'compare the clock of this machine with the real time, then the secret access key',
  RequestExpired: 'compare the clock of this machine with the real time',
};

export const CODE_HINTS: Readonly<Partial<Record<CredentialErrorCode, string>>> = {
  not_found: 'check the id, the region and the stage or version; a deleted secret has to be restored first',
  access_denied: 'grant this login the call on this secret; leastPrivilegePolicy() prints what is needed',
  unauthenticated: 'check the AWS credentials of this machine: aws sts get-caller-identity shows who it is',
  rate_limited: 'ask less often (maxAgeMs), or share one provider per secret',
  unreachable: 'check the region, the endpoint, the network and the AWS health dashboard',
  timed_out: 'check the network, or allow more time (timeoutMs)',
  invalid_reference: 'check the id, the stage and the version',
  invalid_response: 'check that the endpoint belongs to Secrets Manager, not to a proxy or a login page',
  conflict: 'somebody else changes this secret; read it again',
};

/** The code of an exception that is known by name. */
export function codeOfException(name: string | undefined): CredentialErrorCode | undefined {
  return name !== undefined && Object.hasOwn(EXCEPTION_CODES, name) ? EXCEPTION_CODES[name] : undefined;
}

/** What to do next, where the exception itself says more than its code. */
export function hintOfException(name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(EXCEPTION_HINTS, name) ? EXCEPTION_HINTS[name] : undefined;
}
