import type { APIErrorType, BatchGetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
import { type BatchContext, type Credential, CredentialError } from '@keyturn/core';
import { answerFor } from './batch-answers.ts';
import { CODE_HINTS } from './exception-codes.ts';
import { exceptionError, exceptionName } from './exception-error.ts';
import { rememberedDenial } from './remembered-denial.ts';
import type { SdkClients } from './sdk-clients.ts';
import type { SecretId } from './secret-id.ts';
import { sourceName } from './secret-name.ts';
import { type StoredVersion, toCredential } from './stored-version.ts';

/** The most ids in one BatchGetSecretValue, by its API reference. */
export const BATCH_SIZE = 20;

export type Answer = Credential | CredentialError;

/** What the batch says of an id; `undefined` where that secret has to be asked for by itself. */
type Answers = (id: SecretId) => Answer | undefined;

export interface BatchFetchOptions {
  readonly clients: SdkClients;
  readonly region: string | undefined;
  /** GetSecretValue. */
  readonly readOne: (id: SecretId, context: BatchContext) => Promise<StoredVersion>;
}

/**
 * The current versions of several secrets by one BatchGetSecretValue, an answer or an error for each. Where the call
 * is denied, or fails for what is one secret's fault, each is asked for by itself; a denial is remembered, and so are
 * the secrets that no batch can hold.
 */
export function batchFetch({ clients, region, readOne }: BatchFetchOptions) {
  const denial = rememberedDenial();
  const alone = new Set<string>();

  const askTogether = async (ids: readonly SecretId[], context: BatchContext): Promise<Answers> => {
    try {
      return answersOf(await getBatch(clients, ids, { ...context, region }), context);
    } catch (error) {
      return answersInstead(error as CredentialError, ids, context);
    }
  };

  const answersInstead = async (error: CredentialError, ids: readonly SecretId[], context: BatchContext) => {
    if (error.code === 'access_denied') denial.remember(context.clock);
    else if (!isOnesFault(error)) return (id: SecretId) => inNameOf(id, error);
    const answers = new Map<SecretId, Answer>();
    await Promise.all(
      ids.map(async (id) => {
        const [answer, fitsNoBatch] = await askAlone(id, context);
        answers.set(id, answer);
        if (fitsNoBatch && error.code !== 'access_denied') alone.add(id.text);
      }),
    );
    return (id: SecretId) => answers.get(id);
  };

  const askAlone = async (id: SecretId, context: BatchContext): Promise<[answer: Answer, fitsNoBatch: boolean]> => {
    try {
      const version = await readOne(id, context);
      return [toCredential(version, { id }, context), version.SecretBinary !== undefined];
    } catch (error) {
      return [error as CredentialError, isOnesFault(error as CredentialError)];
    }
  };

  return async (ids: readonly SecretId[], context: BatchContext): Promise<Answer[]> => {
    const together = denial.stands(context.clock) ? [] : ids.filter(({ text }) => !alone.has(text));
    const batch = together.length > 1 ? askTogether(together, context) : undefined;
    return Promise.all(
      ids.map(async (id) => {
        const answer = together.includes(id) ? (await batch)?.(id) : undefined;
        return answer ?? (await askAlone(id, context))[0];
      }),
    );
  };
}

/** A batch fails as a whole for these though only one of its secrets is to blame; real AWS says so for each, emulators do not. */
function isOnesFault(error: CredentialError): boolean {
  if (error.code === 'not_found' || error.code === 'conflict' || error.code === 'invalid_reference') return true;
  const name = exceptionName(error);
  return name === 'DecryptionFailure' || name === 'InternalError' || name === 'UnknownOperationException';
}

interface BatchAnswer {
  readonly values: readonly StoredVersion[];
  readonly errors: readonly APIErrorType[];
}

async function getBatch(
  clients: SdkClients,
  ids: readonly SecretId[],
  context: BatchContext & { readonly region: string | undefined },
): Promise<BatchAnswer> {
  const asked = { operation: 'BatchGetSecretValue', source: 'aws' };
  const SecretIdList = ids.map(({ text }) => text);
  const pages: BatchGetSecretValueResponse[] = [];
  do {
    const { NextToken } = pages.at(-1) ?? {};
    const page = await clients.call({ ...context, ...asked }, (client, sdk, options) =>
      client.send(new sdk.BatchGetSecretValueCommand({ SecretIdList, NextToken }), options),
    );
    if (!Array.isArray(page.SecretValues ?? page.Errors)) throw noBatch();
    pages.push(page);
  } while (pages.at(-1)?.NextToken !== undefined && pages.length < ids.length);
  return {
    values: pages.flatMap(({ SecretValues }) => SecretValues ?? []),
    errors: pages.flatMap(({ Errors }) => Errors ?? []),
  };
}

function answersOf({ values, errors }: BatchAnswer, context: BatchContext): Answers {
  return (id) => {
    const version = answerFor(id, values);
    if (version !== undefined) return orError(() => toCredential(version, { id }, context));
    const identified = errors.map((error) => ({ ARN: error.SecretId, Name: error.SecretId, error }));
    const failure = answerFor(id, identified)?.error;
    if (failure === undefined) return undefined;
    const asked = { operation: 'BatchGetSecretValue', source: sourceName({ id }) };
    return exceptionError({ name: failure.ErrorCode, message: failure.Message }, asked);
  };
}

function orError(make: () => Credential): Answer {
  try {
    return make();
  } catch (error) {
    return error as CredentialError;
  }
}

function inNameOf(id: SecretId, { code, message, hint, retryAfterMs, cause }: CredentialError): CredentialError {
  return new CredentialError(code, message, { source: sourceName({ id }), hint, retryAfterMs, cause });
}

function noBatch(): CredentialError {
  return new CredentialError('invalid_response', 'the answer is no batch of secrets', {
    source: 'aws',
    hint: CODE_HINTS.invalid_response,
  });
}
