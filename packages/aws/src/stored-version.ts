import { type Credential, CredentialError, secret } from '@keyturn/core';
import { CODE_HINTS } from './exception-codes.ts';
import { referenceOf, sourceName } from './secret-name.ts';
import type { ReadContext, VersionRequest } from './version-reader.ts';

/** A version as GetSecretValue, BatchGetSecretValue and the agent give it. */
export interface StoredVersion {
  readonly ARN?: string | undefined;
  readonly Name?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly CreatedDate?: Date | undefined;
}

/** @throws {CredentialError} `invalid_response` where it has no value or no version */
export function toCredential(version: StoredVersion, request: VersionRequest, { clock }: ReadContext): Credential {
  const { SecretString, SecretBinary, VersionId, CreatedDate } = version;
  const value = SecretString ?? SecretBinary;
  if (value === undefined || typeof VersionId !== 'string') {
    throw new CredentialError('invalid_response', `the answer has no ${value === undefined ? 'value' : 'version id'}`, {
      source: sourceName(request),
      hint: CODE_HINTS.invalid_response,
    });
  }
  return {
    value: secret(value),
    version: VersionId,
    ...(CreatedDate !== undefined && { createdAt: CreatedDate }),
    origin: { adapter: 'aws', reference: referenceOf(request), fetchedAt: new Date(clock.now()) },
  };
}
