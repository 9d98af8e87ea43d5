import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialCheck } from '../refreshing/credential-slot.ts';
import { isSecret } from '../secret.ts';
import { shownName } from './shown-name.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/**
 * A check that a credential's value fits its schema: the text of a `Secret`, or a record with its secrets revealed.
 * The schema only judges; what it would make of the value is not used. It fails with the paths alone, because
 * validators quote values in their messages.
 */
export function schemaCheck<V>(schema: StandardSchema, source: string): CredentialCheck<V> {
  return async (credential: Credential<V>) => {
    const issues = await issuesOf(schema, revealed(credential.value), source);
    if (issues === undefined) return;
    const paths = new Set(issues.map(({ path }) => printPath(path ?? [])));
    const places = paths.size === 0 ? '' : ` at ${[...paths].join(', ')}`;
    throw new CredentialError('invalid_response', `the value does not fit its schema${places}`, {
      source,
      hint: 'compare the stored secret with the schema; the value itself is not shown',
    });
  };
}

async function issuesOf(
  schema: StandardSchema,
  value: unknown,
  source: string,
): Promise<readonly SchemaIssue[] | undefined> {
  try {
    return (await schema['~standard'].validate(value)).issues;
  } catch (error) {
    // Its message may quote the value as well.
    const kind = error instanceof Error ? error.name : typeof error;
    throw new CredentialError('invalid_response', `the schema itself failed (${kind})`, { source });
  }
}

function printPath(path: NonNullable<SchemaIssue['path']>): string {
  if (path.length === 0) return 'the value itself';
  return path.map((step) => shownName(String(typeof step === 'object' ? step.key : step))).join('.');
}

function revealed(value: unknown): unknown {
  if (isSecret(value)) return value.reveal();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, isSecret(part) ? part.reveal() : part]));
}
