/**
 * Bytes as a string whose every character is one byte (code 0 to 255). Patterns are built and compared in this
 * form: a `Set` finds equal ones, and string functions work on them.
 */
export type ByteString = string;

/** `String.fromCharCode` takes its bytes as arguments, and a call takes only so many. */
const ARGUMENTS_PER_CALL = 8_192;

export function byteString(bytes: Uint8Array): ByteString {
  let result = '';
  for (let at = 0; at < bytes.length; at += ARGUMENTS_PER_CALL) {
    result += String.fromCharCode(...bytes.subarray(at, at + ARGUMENTS_PER_CALL));
  }
  return result;
}

/** The UTF-8 bytes of `text`. */
export function utf8ByteString(text: string): ByteString {
  return byteString(new TextEncoder().encode(text));
}
