import { CredentialError, type CredentialProvider, isSecret, type Secret, secret } from '@keyturn/core';

/** The variables that the agent itself looks at for its token, in its order. */
const VARIABLES = ['AWS_TOKEN', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];

/**
 * What the agent knows the programs of its machine by. Read anew at each fetch: the agent makes up another one whenever
 * it is started with a file.
 * @throws {CredentialError} `not_configured` where there is none, `unauthenticated` where its file cannot be read
 */
export async function agentToken(
  given: Secret | CredentialProvider | undefined,
  { source, signal }: { readonly source: string; readonly signal: AbortSignal },
): Promise<Secret> {
  if (given !== undefined) return isSecret(given) ? given : (await given.get({ signal })).value;
  const text = VARIABLES.map((name) => process.env[name]).find((value) => value);
  if (text === undefined) {
    throw new CredentialError('not_configured', 'the token of the Secrets Manager Agent is not set', {
      source,
      hint: 'set AWS_TOKEN to the token, or to file:// and the path of its file, as the agent has it',
    });
  }
  return secret(text.startsWith('file://') ? await contentOf(text.slice('file://'.length), source) : text);
}

async function contentOf(path: string, source: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new CredentialError('unauthenticated', `the file of the agent's token cannot be read (${code})`, {
      source,
      hint: 'start the agent first, and add this user to the group that may read its token (awssmatokenreader)',
    });
  }
}
