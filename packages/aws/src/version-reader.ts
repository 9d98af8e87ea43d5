import type { Clock, Credential } from '@keyturn/core';
import type { SecretId } from './secret-id.ts';

/** Which version of which secret. Neither stage nor version: the current one. */
export interface VersionRequest {
  readonly id: SecretId;
  readonly stage?: string;
  readonly versionId?: string;
  /** A server refused what was answered last: no cache on the way may answer. */
  readonly fresh?: true;
}

export interface ReadContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** One way to Secrets Manager. Every credential it gives has a `version`. */
export interface VersionReader {
  /** @throws {CredentialError} */
  read(request: VersionRequest, context: ReadContext): Promise<Credential>;
  /**
   * When AWS will rotate the secret by; `undefined` where it does not say. Absent: cannot be asked.
   * @throws {CredentialError}
   */
  nextRotation?(id: SecretId, context: ReadContext): Promise<Date | undefined>;
}
