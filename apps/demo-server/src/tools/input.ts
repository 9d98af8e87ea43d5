import { z } from 'zod';

/** One line of text: not empty, no control characters. Spaces around it are dropped. */
export function line(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Cc}*$/u, 'must be one line of text without control characters');
}

/** Several lines of text: not empty, no control characters but tab and line ends. */
export function prose(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^[\P{Cc}\t\n\r]*$/u, 'must be text without control characters');
}
