import { inspect } from 'node:util';
import type { Redactor } from '../redactor.ts';

/**
 * Node prints an error that nobody caught by itself, past `process.stderr.write`. So its texts, and those of its
 * causes, are masked in place just before, when nothing but the end of the process can follow.
 * @returns what undoes it
 */
export function maskUncaught(redactor: Redactor): () => void {
  const mask = (error: unknown) => {
    const caught = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (!caught) maskTexts(error, redactor, new Set());
  };
  process.on('uncaughtExceptionMonitor', mask);
  return () => process.off('uncaughtExceptionMonitor', mask);
}

function maskTexts(thrown: unknown, redactor: Redactor, seen: Set<unknown>): void {
  if (typeof thrown !== 'object' || thrown === null || seen.has(thrown)) return;
  seen.add(thrown);
  for (const key of Reflect.ownKeys(thrown)) {
    try {
      const value: unknown = Reflect.get(thrown, key);
      if (value instanceof Error || Array.isArray(value)) {
        maskTexts(value, redactor, seen);
        continue;
      }
      const text = typeof value === 'string' ? value : inspect(value);
      const masked = redactor.redact(text);
      if (masked !== text) Reflect.set(thrown, key, masked);
    } catch {
      // A getter that throws prints nothing, and the process is about to tell of the error that matters.
    }
  }
}
