import { CredentialError, type CredentialProvider, type Secret } from '@keyturn/core';
import type { HttpAnswer } from '@keyturn/core/http';
import { agentToken } from './agent-token.ts';
import { CODE_HINTS, codeOfException } from './exception-codes.ts';
import { exceptionError } from './exception-error.ts';
import { sourceName } from './secret-name.ts';
import { type StoredVersion, toCredential } from './stored-version.ts';
import type { VersionReader, VersionRequest } from './version-reader.ts';

export interface AgentReaderOptions {
  readonly endpoint: string | undefined;
  readonly token: Secret | CredentialProvider | undefined;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch | undefined;
}

/** Failures whose text names an exception; of the others the status says enough. */
const READ_THROUGH = [400, 500, 502, 503, 504];

/** Its own refusal, of a token that is missing or wrong; what AWS refuses comes as 400. */
const CODES = { 403: 'unauthenticated', 404: 'invalid_response' } as const;

const HINTS = {
  ...CODE_HINTS,
  unauthenticated: 'the token must be the one that the agent was started with: AWS_TOKEN, else AWS_SESSION_TOKEN',
  unreachable: 'check that the agent runs, and that it listens on this port',
};

/** Reads by the Secrets Manager Agent or the Lambda extension, which hold the AWS login and a cache of their own. */
export function agentReader({ endpoint, token, timeoutMs, fetch }: AgentReaderOptions): VersionReader {
  return {
    async read(asked, context) {
      const source = sourceName(asked);
      const { signal } = context;
      const { request } = await import('@keyturn/core/http'); // who reads by the SDK does not need it
      const bearer = await agentToken(token, { source, signal });
      const answer = await request({
        url: urlOf(asked, endpoint),
        headers: { 'x-aws-parameters-secrets-token': bearer.reveal() },
        source,
        signal,
        timeoutMs,
        accept: READ_THROUGH,
        codes: CODES,
        hints: HINTS,
        ...(fetch !== undefined && { fetch }),
      });
      if (answer.status !== 200) throw await refusal(answer, source);
      return toCredential(versionOf(answer, source), asked, context);
    },
  };
}

function urlOf({ id, stage, versionId, fresh }: VersionRequest, endpoint: string | undefined): URL {
  const port = process.env['PARAMETERS_SECRETS_EXTENSION_HTTP_PORT'] || '2773';
  const url = new URL('/secretsmanager/get', endpoint ?? `http://localhost:${port}`);
  url.searchParams.set('secretId', id.text);
  if (stage !== undefined) url.searchParams.set('versionStage', stage);
  if (versionId !== undefined) url.searchParams.set('versionId', versionId);
  if (fresh === true) url.searchParams.set('refreshNow', 'true');
  return url;
}

/** The agent hands on `{"__type": NAME, "message": ...}` without escaping it; the extension puts the name in a sentence. */
async function refusal({ status, body }: HttpAnswer<Uint8Array>, source: string): Promise<CredentialError> {
  const { codeOfStatus } = await import('@keyturn/core/http');
  const text = new TextDecoder().decode(body);
  if (/not ready|not enabled/i.test(text)) return notReady(source);
  const words = text.match(/[A-Za-z]+/g) ?? [];
  const name = words.find((word) => codeOfException(word) !== undefined);
  const exception = { name, message: text, status, codeOfStatus: codeOfStatus(status) };
  return exceptionError(exception, { operation: 'GetSecretValue by the agent', source });
}

/** In Lambda nothing is served until the functions' own start is over. */
function notReady(source: string): CredentialError {
  return new CredentialError('unreachable', 'the agent does not serve secrets yet', {
    source,
    hint: 'in Lambda, fetch in the handler, not while the module is loaded',
  });
}

function versionOf({ body }: HttpAnswer<Uint8Array>, source: string): StoredVersion {
  try {
    const answer: Record<string, unknown> = Object(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
    const { VersionId, SecretString, SecretBinary, CreatedDate } = answer;
    return {
      ...(typeof VersionId === 'string' && { VersionId }),
      ...(typeof SecretString === 'string' && { SecretString }),
      ...(typeof SecretBinary === 'string' && { SecretBinary: bytesOf(SecretBinary) }),
      CreatedDate: dateOf(CreatedDate),
    };
  } catch {
    // What the parsers throw quotes the text.
    throw new CredentialError('invalid_response', 'the agent answered with something else than a secret', {
      source,
      hint: 'check that the port belongs to the Secrets Manager Agent or the Lambda extension',
    });
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Seconds since the epoch, as a number or as text, or a date as text: the agent and the extension differ. */
function dateOf(value: unknown): Date | undefined {
  const seconds = Number(value ?? Number.NaN);
  const date = new Date(Number.isNaN(seconds) ? String(value) : seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
