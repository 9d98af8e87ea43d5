import type { CredentialErrorCode } from '@keyturn/core';

/** Those of a credential, and what a tool itself refuses. */
export type FailureCode = CredentialErrorCode | 'refused' | 'too_large';

/** Why a tool gave no answer. Its message reaches the client, so it never quotes what an upstream answered. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  readonly code: FailureCode;
  /** The HTTP status of the upstream, where it answered. */
  readonly status: number | undefined;
  /** Name of the credential that was sent, e.g. `env:GITHUB_TOKEN`. */
  readonly source: string | undefined;

  constructor(code: FailureCode, message: string, details: { status?: number; source?: string } = {}) {
    super(message);
    this.code = code;
    this.status = details.status;
    this.source = details.source;
  }
}
