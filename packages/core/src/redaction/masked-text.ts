import { REDACTED } from '../secret.ts';
import type { Range } from './covered-ranges.ts';

/** The beginning of a character, counted in both ways. */
interface Position {
  readonly unit: number;
  readonly byte: number;
}

/**
 * `text` with a mask in the place of each range of its UTF-8 bytes. All else stays as it is, lone surrogates too,
 * which a way there and back through UTF-8 would not keep. A character that is covered in part is masked whole.
 */
export function maskedText(text: string, ranges: readonly Range[]): string {
  let result = '';
  let end: Position = { unit: 0, byte: 0 };
  for (const range of ranges) {
    const start = lastPositionUpTo(range.start, text, end);
    result += text.slice(end.unit, start.unit) + REDACTED;
    end = lastPositionUpTo(range.end, text, start);
    if (end.byte < range.end) end = next(text, end);
  }
  return result + text.slice(end.unit);
}

function lastPositionUpTo(byte: number, text: string, from: Position): Position {
  let position = from;
  while (position.byte < byte) {
    const plain = endOfAscii(text, position.unit, position.unit + byte - position.byte);
    if (plain > position.unit) {
      position = { unit: plain, byte: position.byte + plain - position.unit };
    } else {
      const following = next(text, position);
      if (following.byte > byte) break;
      position = following;
    }
  }
  return position;
}

function endOfAscii(text: string, from: number, to: number): number {
  let unit = from;
  while (unit < to && text.charCodeAt(unit) < 0x80) unit += 1;
  return unit;
}

function next(text: string, { unit, byte }: Position): Position {
  const code = text.codePointAt(unit)!;
  return { unit: unit + (code > 0xffff ? 2 : 1), byte: byte + utf8Length(code) };
}

function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
