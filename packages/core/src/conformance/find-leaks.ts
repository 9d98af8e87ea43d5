import { inspect } from 'node:util';
import type { Secret } from '../secret.ts';

/** Shorter values turn up in any text by chance. */
const SHORTEST = 8;

/**
 * Where a secret shows in whatever can be printed of `subject`, as `place (encoding)`; empty where nowhere.
 * Looks at the text, JSON and `inspect` to depth 10 with hidden properties, and for errors at every error of the
 * cause chain by itself. Values shorter than 8 bytes are not looked for.
 */
export function findLeaks(subject: unknown, secrets: Iterable<Secret>): string[] {
  const needles = [...secrets].flatMap((one) => encodings(one.revealBytes()));
  const leaks = new Set<string>();
  for (const [place, text] of views(subject)) {
    for (const [encoding, needle] of needles) if (text.includes(needle)) leaks.add(`${place} (${encoding})`);
  }
  return [...leaks];
}

function views(subject: unknown): [place: string, text: string][] {
  const whole: [string, string][] = [
    ['text', textOf(subject)],
    ['JSON', jsonOf(subject)],
    ['inspect', inspectOf(subject, true)],
    ['inspect without custom inspection', inspectOf(subject, false)],
  ];
  return [...whole, ...errorViews(subject)];
}

function errorViews(subject: unknown): [string, string][] {
  const found: [string, string][] = [];
  const seen = new Set<unknown>();
  let path = '';
  for (let error = subject; error instanceof Error && !seen.has(error); error = error.cause) {
    seen.add(error);
    for (const key of ['message', 'hint', 'source', 'stack'] as const) {
      found.push([`${path}${key}`, textOf((error as Partial<Record<typeof key, unknown>>)[key])]);
    }
    path += 'cause.';
  }
  return found;
}

function textOf(subject: unknown): string {
  try {
    return String(subject);
  } catch {
    return ''; // An object without prototype has no text, so nothing can show in it.
  }
}

function jsonOf(subject: unknown): string {
  try {
    return JSON.stringify(subject) ?? '';
  } catch {
    return ''; // Circular or with a BigInt: nobody can print it as JSON either.
  }
}

function inspectOf(subject: unknown, customInspect: boolean): string {
  const options = { depth: 10, showHidden: true, customInspect, compact: false, maxArrayLength: null } as const;
  // White space is squeezed so that a list of bytes reads the same however it was broken into lines.
  return inspect(subject, { ...options, maxStringLength: null }).replace(/\s+/g, ' ');
}

/** The forms a secret takes on its way into a log; the same ones that `redactor()` masks, and bytes as Node prints them. */
function encodings(bytes: Uint8Array): [encoding: string, needle: string][] {
  if (bytes.length < SHORTEST) return [];
  const buffer = Buffer.from(bytes);
  const found: [string, string][] = [
    ['hex', buffer.toString('hex')],
    ['bytes in hex', buffer.toString('hex').replace(/..(?!$)/g, '$& ')],
    ['bytes', [...bytes].join(', ')],
  ];
  for (const alignment of [0, 1, 2]) {
    const base64 = base64Core(buffer, alignment);
    found.push(['base64', base64], ['base64url', base64.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  const text = buffer.toString('utf8');
  if (!Buffer.from(text).equals(buffer)) return found;
  const escaped = JSON.stringify(text).slice(1, -1);
  const percent = encodeURIComponent(text);
  const form = new URLSearchParams({ v: text }).toString().slice(2);
  return [['raw', text], ['JSON-escaped', escaped], ['percent-encoded', percent], ['form-encoded', form], ...found];
}

/**
 * The characters that the bytes alone decide when they stand in the middle of a longer text that is encoded as a
 * whole, `user:password` of a Basic header above all; `alignment` is the number of bytes before them, modulo 3.
 */
function base64Core(buffer: Buffer, alignment: number): string {
  const encoded = Buffer.concat([Buffer.alloc(alignment), buffer]).toString('base64');
  const first = Math.ceil((alignment * 8) / 6);
  return encoded.slice(first, Math.floor(((alignment + buffer.length) * 8) / 6));
}
