import { type Credential, type FetchContext, type Origin, secret } from '@keyturn/core';
import { type FileSourceOptions, secretIn } from './file-content.ts';
import { sameContent, watchForReplacement } from './replacement-watch.ts';
import { readSecretFile, type SecretFile, type SecretFilePlace } from './secret-file.ts';
import { untilAborted } from './until-aborted.ts';

export interface WholeFileRequest extends SecretFilePlace {
  readonly origin: Omit<Origin, 'fetchedAt'>;
}

export interface FileRequest extends WholeFileRequest {
  /** Takes the secret out of the file. @throws {CredentialError} where it holds none */
  readonly extract: (file: SecretFile) => string | Uint8Array | Promise<string | Uint8Array>;
}

/** Fetches what a file holds; the credential is superseded when the file comes to hold something else. */
export function fetchFromFile(request: FileRequest, context: FetchContext): Promise<Credential> {
  return untilAborted(context.signal, request.source, () => fetchNow(request, context));
}

/** As `fetchFromFile`, where the whole content is the secret. */
export function fetchWholeFile(
  request: WholeFileRequest,
  options: FileSourceOptions,
  context: FetchContext,
): Promise<Credential> {
  const { label, source } = request;
  const extract = (file: SecretFile) => secretIn(file, { ...options, holder: label, source });
  return fetchFromFile({ ...request, extract }, context);
}

async function fetchNow(request: FileRequest, context: FetchContext): Promise<Credential> {
  const { path, extract, origin } = request;
  const watch = await watchForReplacement(path, async () => extract(await readSecretFile(request)));
  try {
    const file = await readSecretFile(request);
    const content = await extract(file);
    const { previous } = context;
    if (previous !== undefined && isUnchanged(previous, content, context)) {
      watch.stop();
      return previous;
    }
    const value = secret(content);
    const superseded = watch.guard(value);
    return {
      value,
      version: file.version,
      ...(superseded && { superseded }),
      origin: { ...origin, fetchedAt: new Date(context.clock.now()) },
    };
  } catch (error) {
    watch.stop();
    throw error;
  }
}

function isUnchanged(previous: Credential, content: string | Uint8Array, { rejected }: FetchContext): boolean {
  return rejected === undefined && previous.superseded?.aborted !== true && sameContent(previous.value, content);
}
