import { CredentialError } from '../credential-error.ts';

/**
 * A reference to a credential: `scheme://path?name=value#field`.
 *
 * A grammar of its own, because `new URL` lower-cases names and refuses ARNs: the path ends at the first `?` or `#`,
 * the fragment begins at the first `#`. `%XX` stands for a byte of UTF-8 anywhere but in the scheme.
 */
export interface Reference {
  /** Lower case, e.g. `aws-sm`. */
  readonly scheme: string;
  /** The path between its slashes, decoded. A slash inside a segment is written `%2F`. */
  readonly segments: readonly string[];
  /** The parameters, decoded. */
  readonly query: Readonly<Record<string, string>>;
  /** A field's name, or a JSON pointer where it begins with a slash. */
  readonly fragment?: string;
}

/**
 * @throws {CredentialError} `invalid_reference` with the position (counted from 1) of what is wrong; the text itself
 *   is not quoted, since people paste secrets where a reference belongs
 */
export function parseReference(text: string): Reference {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//.exec(text) ?? [];
  if (scheme === undefined) throw malformed(1, 'it must begin with a scheme in lower case and "://", such as env://');
  const start = scheme.length + 3;
  const hash = text.indexOf('#', start);
  const end = hash === -1 ? text.length : hash;
  const mark = text.slice(0, end).indexOf('?', start);
  const pathEnd = mark === -1 ? end : mark;
  if (pathEnd === start) throw malformed(start + 1, `after ${scheme}:// a name is missing`);
  const control = /\p{Cc}/u.exec(text);
  if (control !== null) throw malformed(control.index + 1, 'it has a control character');
  const fragment = hash === -1 ? undefined : decode(text, hash + 1, text.length);
  if (fragment === '') throw malformed(hash + 1, 'after "#" the name of a field is missing');
  return {
    scheme,
    segments: pieces(text, start, pathEnd, '/').map(([from, to]) => decode(text, from, to)),
    query: mark === -1 ? {} : parseQuery(text, mark + 1, end),
    ...(fragment !== undefined && { fragment }),
  };
}

/** The text of a reference; `parseReference` gives the same reference back. */
export function printReference({ scheme, segments, query, fragment }: Reference): string {
  const parameters = Object.entries(query).map(([name, value]) => `${encode(name, '&=')}=${encode(value, '&')}`);
  const path = segments.map((segment) => encode(segment, '/')).join('/');
  const search = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  return `${scheme}://${path}${search}${fragment === undefined ? '' : `#${encode(fragment, '')}`}`;
}

/** Where in `text`, which parses, the parameter `name` begins, counted from 1. */
export function parameterPosition(text: string, name: string): number {
  const start = text.indexOf('?') + 1;
  const end = text.includes('#') ? text.indexOf('#') : text.length;
  const found = pieces(text, start, end, '&').find(([from]) => decode(text, from, text.indexOf('=', from)) === name);
  return (found?.[0] ?? 0) + 1;
}

function parseQuery(text: string, start: number, end: number): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const [from, to] of pieces(text, start, end, '&')) {
    const equals = text.slice(0, to).indexOf('=', from);
    if (equals <= from) throw malformed(from + 1, 'a parameter must be written name=value');
    const name = decode(text, from, equals);
    if (name in query) throw malformed(from + 1, 'a parameter is given twice');
    query[name] = decode(text, equals + 1, to);
  }
  return { ...query };
}

/** Where the pieces between `separator`s begin and end. */
function pieces(text: string, start: number, end: number, separator: string): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from = start;
  for (let at = start; at <= end; at += 1) {
    if (at < end && text[at] !== separator) continue;
    found.push([from, at]);
    from = at + 1;
  }
  return found;
}

function decode(text: string, from: number, to: number): string {
  const part = text.slice(from, to);
  const bad = /%(?![0-9A-Fa-f]{2})/.exec(part);
  if (bad !== null)
    throw malformed(from + bad.index + 1, 'a percent sign must be followed by two hex digits (%25 for itself)');
  return part.replace(/(?:%..)+/g, (run, at: number) => decodeRun(run, from + at + 1));
}

function decodeRun(run: string, position: number): string {
  try {
    return decodeURIComponent(run);
  } catch {
    throw malformed(position, 'the percent-encoded bytes are not UTF-8');
  }
}

function encode(text: string, reserved: string): string {
  return text.replace(/[%?#&=/]|\p{Cc}/gu, (character) => {
    const literal = '&=/'.includes(character) && !reserved.includes(character);
    return literal ? character : encodeURIComponent(character);
  });
}

function malformed(position: number, reason: string): CredentialError {
  return invalidReference(position, reason, 'a reference looks like scheme://path?parameter=value#field');
}

/** `position` counts from 1. Never quotes the reference: see `parseReference`. */
export function invalidReference(position: number, reason: string, hint: string): CredentialError {
  return new CredentialError('invalid_reference', `invalid reference, at character ${position}: ${reason}`, { hint });
}
