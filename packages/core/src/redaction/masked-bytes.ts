import { REDACTED } from '../secret.ts';
import type { Range } from './covered-ranges.ts';

const MASK = new TextEncoder().encode(REDACTED);

/** Bytes in order, with covered ones left out and a mask in the place of each run of them. */
export interface MaskedBytes {
  readonly pieces: Uint8Array[];
  /** Up to here all is in `pieces`. */
  written: number;
  /** Up to here all is covered; may be past `written`. */
  maskedTo: number;
}

export function maskedBytes(): MaskedBytes {
  return { pieces: [], written: 0, maskedTo: -1 };
}

/**
 * Writes `bytes` from `output.written` up to `to`. Ranges that begin at or before `to` are taken from `ranges`;
 * one that touches the last mask adds no other.
 */
export function writeMasked(output: MaskedBytes, bytes: Uint8Array, to: number, ranges: Range[]): void {
  const due = ranges.findIndex((range) => range.start > to);
  for (const range of ranges.splice(0, due === -1 ? ranges.length : due)) {
    const start = Math.max(range.start, output.written);
    writePlain(output, bytes, start);
    if (output.maskedTo < start) output.pieces.push(MASK);
    output.maskedTo = Math.max(output.maskedTo, range.end);
  }
  writePlain(output, bytes, to);
}

function writePlain(output: MaskedBytes, bytes: Uint8Array, to: number): void {
  const from = Math.max(output.written, output.maskedTo);
  if (from < to) output.pieces.push(bytes.subarray(from, to));
  output.written = Math.max(output.written, to);
}

/** `pieces` as one. A single piece of the text is given as it is, not copied. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined && first !== MASK) return first;
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
