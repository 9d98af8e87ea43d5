/** A part of a text, from `start` up to but without `end`. */
export interface Range {
  start: number;
  end: number;
}

/**
 * Adds the match that was just found to the ranges found before, which end no later than it. What it overlaps or
 * touches becomes one range with it.
 */
export function cover(ranges: Range[], start: number, end: number): void {
  let from = start;
  for (let last = ranges.at(-1); last !== undefined && last.end >= from; last = ranges.at(-1)) {
    from = Math.min(from, last.start);
    ranges.pop();
  }
  ranges.push({ start: from, end });
}
