import { CredentialError } from './credential-error.ts';
import { trackSecret } from './live-secrets.ts';

/** What every accidental print of a secret shows. */
export const REDACTED = '[secret]';

/**
 * A value that refuses to be printed: `String()`, template strings, `JSON.stringify`, `console.log` and
 * `util.inspect` all give `"[secret]"`. Only `reveal()` and `revealBytes()` give the value.
 */
export interface Secret {
  /**
   * The value as text. Bytes are decoded as UTF-8.
   * @throws {CredentialError} `invalid_response` where the secret is binary data that is no UTF-8 text
   */
  reveal(): string;
  /** The value as bytes, a fresh copy at each call. Text is encoded as UTF-8. */
  revealBytes(): Uint8Array;
}

class HiddenSecret implements Secret {
  readonly #value: string | Uint8Array;

  constructor(value: string | Uint8Array) {
    this.#value = value;
    trackSecret(this, value);
  }

  static is(value: unknown): value is HiddenSecret {
    return typeof value === 'object' && value !== null && #value in value;
  }

  reveal(): string {
    return typeof this.#value === 'string' ? this.#value : decodeUtf8(this.#value);
  }

  revealBytes(): Uint8Array {
    return typeof this.#value === 'string' ? new TextEncoder().encode(this.#value) : this.#value.slice();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  /** Node's own hook for `console.log` and `util.inspect`; the registered symbol needs no import. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}

/**
 * Wraps text or bytes so that they cannot be printed by accident. Bytes are copied.
 * From here on the value is known to every `redactor()` of the process.
 */
export function secret(value: string | Uint8Array): Secret {
  return new HiddenSecret(typeof value === 'string' ? value : Uint8Array.from(value));
}

/** Whether `value` was made by `secret()`. */
export function isSecret(value: unknown): value is Secret {
  return HiddenSecret.is(value);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The decoder's own error is dropped on purpose: nothing derived from the bytes may travel in a cause.
    throw new CredentialError('invalid_response', 'the secret is binary data, not UTF-8 text', {
      hint: 'use revealBytes() for it',
    });
  }
}
