import type { ReferenceScheme } from '@keyturn/core';
import { secretsManager } from './secrets-manager.ts';

/**
 * Lets `references()` understand `aws-sm://NAME-OR-ARN?stage=&version=&region=#field`, with the region and the
 * credentials that the SDK finds. For others: the `scheme` of a `secretsManager`.
 */
export const awsScheme: ReferenceScheme = secretsManager().scheme;
