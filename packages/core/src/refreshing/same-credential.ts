import type { Credential } from '../credential.ts';
import { isSecret, type Secret } from '../secret.ts';

/**
 * Whether two credentials are the same thing to a server: the same object, the same lease, or equal values.
 * A refetch makes a new object of an unchanged value, and a caller may still hold the older one.
 */
export function sameCredential(a: Credential<unknown>, b: Credential<unknown>): boolean {
  if (a === b) return true;
  if (a.lease !== undefined && a.lease === b.lease) return true;
  return sameValue(a.value, b.value);
}

function sameValue(a: unknown, b: unknown): boolean {
  if (isSecret(a) && isSecret(b)) return sameBytes(a, b);
  if (!isRecord(a) || !isRecord(b)) return Object.is(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && sameValue(a[name], b[name]));
}

function sameBytes(a: Secret, b: Secret): boolean {
  const left = a.revealBytes();
  const right = b.revealBytes();
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isSecret(value);
}
