/** A longer wait is cut to this: 24 hours, the longest window of any backend's quota. */
const LONGEST_MS = 86_400_000;

/** Which form it has: RFC 9110 section 10.2.3. Fractions are not in the RFC, yet some servers send them. */
const SECONDS = /^\d+(\.\d+)?$/;
const HTTP_DATE = /^[A-Z][a-z]+,? .* (GMT|\d{4})$/;

/**
 * Milliseconds that a `Retry-After` header asks to wait, between 0 and 24 hours; `undefined` where there is none or
 * it makes no sense. A date is taken relative to the answer's own `Date`, so that a wrong clock here does no harm,
 * else to `now` (milliseconds since the epoch).
 */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (SECONDS.test(text)) return clamp(Number(text) * 1_000);
  if (!HTTP_DATE.test(text)) return undefined;
  const until = Date.parse(text);
  const answered = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(until) ? undefined : clamp(until - (Number.isNaN(answered) ? now : answered));
}

function clamp(ms: number): number {
  return Math.min(Math.max(Math.round(ms), 0), LONGEST_MS);
}
