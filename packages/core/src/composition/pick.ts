import { CredentialError } from '../credential-error.ts';
import { isSecret, type Secret, secret } from '../secret.ts';

/**
 * One field of a record, or of the JSON in a `Secret`. With a leading slash `field` is a JSON pointer (RFC 6901).
 * No message ever quotes the contents: only the name of the field that was asked for.
 */
export function pickField(value: unknown, field: string, source: string): Secret | string {
  if (isSecret(value)) return secretOf(follow(parseJson(value, source), field), field, source);
  const part = own(value, field);
  if (isSecret(part) || typeof part === 'string') return part;
  throw missing(field, source);
}

export function pickFields(value: unknown, names: readonly string[], source: string): Record<string, Secret | string> {
  return Object.fromEntries(names.map((name) => [name, pickField(value, name, source)]));
}

function secretOf(part: unknown, field: string, source: string): Secret {
  if (part === undefined || part === null) throw missing(field, source);
  return secret(typeof part === 'string' ? part : JSON.stringify(part));
}

function missing(field: string, source: string): CredentialError {
  return new CredentialError('not_found', `the secret has no field ${JSON.stringify(field)}`, {
    source,
    hint: 'check the spelling of the field; a leading slash makes it a JSON pointer',
  });
}

function parseJson(value: Secret, source: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.reveal());
  } catch {
    // The parser's own message quotes the text, so nothing of it is kept.
    throw notAnObject('the secret is not JSON', source);
  }
  if (typeof parsed !== 'object' || parsed === null) throw notAnObject('the secret is JSON, but not an object', source);
  return parsed;
}

function notAnObject(message: string, source: string): CredentialError {
  return new CredentialError('invalid_response', message, { source, hint: 'store the fields as one JSON object' });
}

function follow(value: unknown, field: string): unknown {
  if (!field.startsWith('/')) return own(value, field);
  const steps = field.slice(1).split('/');
  return steps.reduce((part, step) => own(part, step.replaceAll('~1', '/').replaceAll('~0', '~')), value);
}

/** Own properties only: `constructor` is no field. */
function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
