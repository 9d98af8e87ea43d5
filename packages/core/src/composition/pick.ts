import { CredentialError } from '../credential-error.ts';
import { isSecret, type Secret, secret } from '../secret.ts';
import { fieldPath } from './field-path.ts';
import { isJsonContainer, parseJsonText } from './json-text.ts';

/** What takes one part out of a credential's value. */
export type PickPart = (value: unknown) => unknown;

/**
 * Picks one field of a record, or of the JSON in a `Secret`. With a leading slash `field` is a JSON pointer
 * (RFC 6901), which may lead into the JSON in a record's `Secret`. What was inside a `Secret` stays one.
 * No message ever quotes the contents: only the name of the field that was asked for.
 * @throws {CredentialError} `invalid_reference` at once where the pointer is malformed
 */
export function fieldPick(field: string, source: string): (value: unknown) => Secret | string {
  const path = fieldPath(field);
  return (value) => {
    const part = follow(value, path, source);
    if (part === undefined || part === null) throw missing(field, part, source);
    return part;
  };
}

export function fieldsPick(names: readonly string[], source: string): PickPart {
  const picks = names.map((name) => [name, fieldPick(name, source)] as const);
  return (value) => Object.fromEntries(picks.map(([name, pick]) => [name, pick(value)]));
}

/** An application's own function: whatever it throws may quote the value, so only the kind of it is told. */
export function guardedPick(pick: PickPart, source: string): PickPart {
  return (value) => {
    const part = call(pick, value, source);
    if (part !== undefined) return part;
    throw new CredentialError('not_found', 'the function given to select() found nothing', { source });
  };
}

function call(pick: PickPart, value: unknown, source: string): unknown {
  try {
    return pick(value);
  } catch (error) {
    if (error instanceof CredentialError) throw error;
    const kind = error instanceof Error ? error.name : typeof error;
    throw new CredentialError('invalid_response', `the function given to select() failed (${kind})`, { source });
  }
}

function follow(value: unknown, path: readonly string[], source: string): Secret | string | null | undefined {
  if (isSecret(value)) return insideSecret(value, path, source);
  const [name = '', ...rest] = path;
  const part = own(value, name);
  if (rest.length > 0) return isSecret(part) ? insideSecret(part, rest, source) : undefined;
  return isSecret(part) || typeof part === 'string' ? part : undefined;
}

function insideSecret(value: Secret, path: readonly string[], source: string): Secret | null | undefined {
  const part = path.reduce<unknown>(own, parsed(value, source));
  if (part === undefined || part === null) return part;
  return secret(typeof part === 'string' ? part : JSON.stringify(part));
}

function parsed(value: Secret, source: string): object {
  const json = parseOrFail(value.reveal(), source);
  if (isJsonContainer(json)) return json;
  throw notAnObject('the secret is JSON, but not an object', source);
}

function parseOrFail(text: string, source: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    // The parser's own message quotes the text, so nothing of it is kept.
    throw notAnObject('the secret is not JSON', source);
  }
}

/** Own properties only: `constructor` is no field. Of an array only its elements: nor is `length`. */
function own(value: unknown, name: string): unknown {
  if (!isJsonContainer(value) || !Object.hasOwn(value, name)) return undefined;
  if (Array.isArray(value) && !/^\d+$/.test(name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function missing(field: string, part: null | undefined, source: string): CredentialError {
  const name = JSON.stringify(field);
  const message = part === null ? `the field ${name} of the secret is null` : `the secret has no field ${name}`;
  return new CredentialError('not_found', message, {
    source,
    hint: 'check the spelling of the field; a leading slash makes it a JSON pointer',
  });
}

function notAnObject(message: string, source: string): CredentialError {
  return new CredentialError('invalid_response', message, { source, hint: 'store the fields as one JSON object' });
}
