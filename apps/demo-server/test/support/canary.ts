import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { type Secret, secret } from '@keyturn/core';
import { findLeaks } from '@keyturn/core/conformance';

const PLAIN_LENGTH = 32;

/** A marked secret that looks different in every encoding. */
export function canary(): Secret {
  return secret(`${randomBytes(PLAIN_LENGTH / 2).toString('hex')}+/"\\%`);
}

/** Where any of the marks shows in `subject`, in any encoding and at any depth. */
export function leaksIn(subject: unknown, marks: readonly Secret[]): string[] {
  const options = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, maxArrayLength: null };
  const text = typeof subject === 'string' ? subject : inspect(subject, options);
  // Escaping may change the end of a mark in ways nobody thought of, but not its beginning.
  const plain = marks.map((mark) => mark.reveal().slice(0, PLAIN_LENGTH));
  return [
    ...findLeaks(subject, marks),
    ...plain.filter((part) => text.includes(part)).map(() => 'inspect (plain part)'),
  ];
}
