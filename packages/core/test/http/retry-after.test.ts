import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../src/http/index.ts';

const NOW = Date.UTC(2030, 0, 1, 12);
const parse = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), NOW);

describe('retryAfterMs', () => {
  test.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['1.5', 1_500],
    ['86400', 86_400_000],
    ['86401', 86_400_000],
    ['99999999999999999999', 86_400_000],
  ])('%j seconds are %i ms, at most a day', (text, ms) => expect(parse({ 'retry-after': text })).toBe(ms));

  test.each([
    ['Tue, 01 Jan 2030 12:01:30 GMT', 90_000],
    ['Tuesday, 01-Jan-30 12:01:30 GMT', 90_000],
    ['Tue, 01 Jan 2030 11:00:00 GMT', 0],
    ['Wed, 01 Jan 2031 12:00:00 GMT', 86_400_000],
  ])('the date %j is %i ms from now, between none and a day', (text, ms) =>
    expect(parse({ 'retry-after': text })).toBe(ms),
  );

  test('a date counts from the answer’s own date, whatever the clock of this machine says', () => {
    const headers = { 'retry-after': 'Mon, 01 Jan 2035 00:00:30 GMT', date: 'Mon, 01 Jan 2035 00:00:00 GMT' };
    expect(parse(headers)).toBe(30_000);
  });

  test.each(['', 'soon', '-5', '1e9', '0x10', '5 minutes', 'Tue, 99 Foo 2030 12:00:00 GMT', 'NaN', 'Infinity'])(
    '%j is none',
    (text) => expect(parse({ 'retry-after': text })).toBeUndefined(),
  );

  test('an answer without the header has none', () => expect(parse({})).toBeUndefined());
});
