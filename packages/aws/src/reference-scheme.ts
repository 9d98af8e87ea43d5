import type { CredentialSource, ReferenceScheme } from '@keyturn/core';
import type { SecretOptions } from './version-request.ts';

/** `aws-sm://NAME-OR-ARN?stage=&version=&region=`: the path is the id, slashes included. */
export function referenceScheme(secret: (id: string, options: SecretOptions) => CredentialSource): ReferenceScheme {
  return {
    scheme: 'aws-sm',
    parameters: ['stage', 'version', 'region'],
    source({ segments, query: { stage, version, region } }) {
      return secret(segments.join('/'), {
        ...(stage !== undefined && { stage }),
        ...(version !== undefined && { versionId: version }),
        ...(region !== undefined && { region }),
      });
    },
  };
}
