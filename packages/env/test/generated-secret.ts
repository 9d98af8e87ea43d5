import { randomBytes } from 'node:crypto';

/** A value that nobody has ever written down. */
export function generatedSecret(): string {
  return `k-${randomBytes(18).toString('base64url')}`;
}
