import { CredentialError } from '@keyturn/core';
import { findPlaceholder } from './placeholder.ts';

/** Of every source that reads text somebody configured by hand. */
export interface PlaceholderOptions {
  /**
   * Take the value even where it looks like a placeholder (`changeme`, `${NAME}`, `op://...`). Default: `false`, such
   * a value counts as not configured.
   */
  readonly allowPlaceholder?: boolean;
}

export interface FoundText extends PlaceholderOptions {
  /** What holds the text, for the message: a variable, a file. Never the text. */
  readonly holder: string;
  /** Name of the source. */
  readonly source: string;
  /** The variable's name, where it is one. */
  readonly variable?: string;
}

/** The `not_configured` error of a text that is no value: empty, white space only, a placeholder. Never quotes it. */
export function absenceOf(text: string, found: FoundText): CredentialError | undefined {
  const { holder, source } = found;
  const absent = (problem: string, hint: string) =>
    new CredentialError('not_configured', `${holder} ${problem}`, { source, hint });
  if (text === '') return absent('is empty', 'give it a value');
  if (text.trim() === '') return absent('holds only white space', 'give it a value');
  if (found.allowPlaceholder === true) return undefined;
  const placeholder = findPlaceholder(text, found.variable);
  return placeholder && absent(`holds ${placeholder.what}`, placeholder.hint);
}
