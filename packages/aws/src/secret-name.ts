import { printReference } from '@keyturn/core';
import type { VersionRequest } from './version-reader.ts';

/** The reference that names the same version: `aws-sm://app/database?stage=AWSPREVIOUS`. */
export function referenceOf({ id, stage, versionId }: VersionRequest): string {
  const query = {
    ...(stage !== undefined && { stage }),
    ...(versionId !== undefined && { version: versionId }),
    ...(id.region !== undefined && !id.text.startsWith('arn:') && { region: id.region }),
  };
  return printReference({ scheme: 'aws-sm', segments: id.text.split('/'), query });
}

/** Names the source in errors and events: `aws:app/database (AWSPREVIOUS)`. */
export function sourceName({ id, stage, versionId }: VersionRequest): string {
  const version = versionId ?? stage;
  return version === undefined ? `aws:${id.text}` : `aws:${id.text} (${version})`;
}
