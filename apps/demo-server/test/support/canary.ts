import { randomBytes } from 'node:crypto';
import { type Secret, secret } from '@keyturn/core';

/** A marked secret that looks different in every encoding. */
export function canary(): Secret {
  return secret(`${randomBytes(24).toString('base64')}+/"\\%`);
}
