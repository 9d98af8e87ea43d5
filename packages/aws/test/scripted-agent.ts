import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Secret, secret } from '@keyturn/core';

/**
 * A server on loopback that answers as the AWS Secrets Manager Agent 1.2 does, written after its source
 * (`server.rs`, `parse.rs`, `cache_manager.rs`): there is no agent to be had without building it.
 */
export interface ScriptedAgent extends AsyncDisposable {
  readonly origin: string;
  readonly token: Secret;
  /** Stores a version; the one before it becomes AWSPREVIOUS. Answers the version's id. */
  put(id: string, value: Secret): string;
  /** Stores a version as AWSPENDING. */
  pend(id: string, value: Secret): string;
  /** What AWS says to the agent, which hands it on. The answer ends it. */
  refuse(id: string, exception: string, message?: string): () => void;
  /** Every query so far, oldest first. */
  readonly queries: readonly URLSearchParams[];
}

interface Version {
  readonly VersionId: string;
  readonly value: Secret;
  stages: string[];
}

type Answer = readonly [status: number, body: string];

/** `ttlMs`: how long it answers from its cache. Default: not at all, which the agent calls a TTL of 0. */
export async function scriptedAgent({ ttlMs = 0 } = {}): Promise<ScriptedAgent> {
  const token = secret(randomBytes(32).toString('base64url'));
  const versions = new Map<string, Version[]>();
  const refusals = new Map<string, Answer>();
  const cache = new Map<string, { readonly body: string; readonly until: number }>();
  const queries: URLSearchParams[] = [];

  const add = (id: string, value: Secret, stages: string[]): string => {
    const known = versions.get(id) ?? [];
    for (const version of known) version.stages = version.stages.filter((stage) => !stages.includes(stage));
    const version = { VersionId: crypto.randomUUID(), value, stages };
    versions.set(id, [...known, version]);
    return version.VersionId;
  };

  const answer = (request: IncomingMessage): Answer => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const refused = refusedAtTheDoor(request, token, pathname);
    if (refused !== undefined) return refused;
    queries.push(searchParams);
    return refusals.get(searchParams.get('secretId') ?? '') ?? cachedOrStored(searchParams);
  };

  const cachedOrStored = (query: URLSearchParams): Answer => {
    const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
    if (unknown !== undefined) return [400, `unknown parameter: ${unknown}`];
    const [id, stage, versionId] = ['secretId', 'versionStage', 'versionId'].map((name) => query.get(name));
    const key = JSON.stringify([id, stage, versionId]);
    const cached = cache.get(key);
    if (cached !== undefined && cached.until > Date.now() && query.get('refreshNow') !== 'true') {
      return [200, cached.body];
    }
    const found = (versions.get(id ?? '') ?? []).find((version) =>
      versionId === null ? version.stages.includes(stage ?? 'AWSCURRENT') : version.VersionId === versionId,
    );
    if (found === undefined) return exception('ResourceNotFoundException', "can't find the specified secret.");
    const body = bodyOf(id ?? '', found);
    cache.set(key, { body, until: Date.now() + ttlMs });
    return [200, body];
  };

  const server = createServer((request, response) => {
    const [status, body] = answer(request);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    queries,
    put(id, value) {
      for (const version of versions.get(id) ?? []) {
        version.stages = version.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : [];
      }
      return add(id, value, ['AWSCURRENT']);
    },
    pend: (id, value) => add(id, value, ['AWSPENDING']),
    refuse(id, name, message = 'not now') {
      refusals.set(id, name === 'InternalFailure' ? [500, '{"__type":"InternalFailure"}'] : exception(name, message));
      return () => void refusals.delete(id);
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PARAMETERS = ['secretId', 'versionStage', 'versionId', 'refreshNow'];

function refusedAtTheDoor({ headers }: IncomingMessage, token: Secret, path: string): Answer | undefined {
  if (headers['x-forwarded-for'] !== undefined) return [400, 'Forwarded'];
  if (headers['x-aws-parameters-secrets-token'] !== token.reveal()) return [403, 'Bad Token'];
  return path === '/secretsmanager/get' ? undefined : [404, 'Not found'];
}

/** As the agent writes it: the message is not escaped. */
function exception(name: string, message: string): Answer {
  return [400, `{"__type":"${name}", "message":"${message}"}`];
}

function bodyOf(id: string, { VersionId, value, stages }: Version): string {
  const bytes = Buffer.from(value.revealBytes());
  const isText = Buffer.from(bytes.toString()).equals(bytes);
  return JSON.stringify({
    ARN: `arn:aws:secretsmanager:us-west-2:123456789012:secret:${id}-NhBWsc`,
    Name: id,
    VersionId,
    ...(isText ? { SecretString: bytes.toString() } : { SecretBinary: bytes.toString('base64') }),
    VersionStages: stages,
    CreatedDate: '1569534789.046000000',
  });
}
