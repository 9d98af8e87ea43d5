import { networkFailure } from '../network/network-failure.ts';
import { statusFailure } from '../network/status-failure.ts';
import { ToolFailure } from '../tool-failure.ts';
import type { Upstream } from '../upstream.ts';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 1_048_576;

/** An upstream and a `fetch` that carries its credential. */
export interface UpstreamClient {
  readonly upstream: Upstream;
  /** Name of the credential, for the log. */
  readonly source: string;
  readonly fetch: typeof fetch;
}

/**
 * Calls an upstream and gives the JSON it answers.
 * @throws {ToolFailure | CredentialError} which tell the status, never the body: services quote the keys they refuse
 */
export async function callUpstream(
  { upstream, source, fetch }: UpstreamClient,
  path: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<unknown> {
  const signal = AbortSignal.any([init.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(`${upstream.baseUrl}${path}`, {
      ...init,
      headers: { accept: 'application/json', 'user-agent': 'keyturn-demo-server', ...init.headers },
      signal,
    });
    if (!response.ok) {
      // The body is of no interest, not even how it ended.
      response.body?.cancel().catch(() => undefined);
      throw statusFailure(upstream.name, response.status, source);
    }
    return parseJson(upstream.name, await readText(upstream.name, response));
  } catch (error) {
    throw networkFailure(error, upstream.name, signal);
  }
}

async function readText(name: string, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new ToolFailure('too_large', `${name} answered more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error quotes the text, so it goes no further.
    throw new ToolFailure('invalid_response', `${name} answered something that is not JSON`);
  }
}
