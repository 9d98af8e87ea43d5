import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers as the local Secrets Manager Agent does that has this one secret in its cache. */
export interface ScriptedAgent extends AsyncDisposable {
  readonly port: number;
  readonly token: string;
}

export async function scriptedAgent(id: string, value: string): Promise<ScriptedAgent> {
  const token = randomBytes(32).toString('base64url');
  const body = JSON.stringify({
    Name: id,
    VersionId: randomUUID(),
    SecretString: value,
    VersionStages: ['AWSCURRENT'],
  });
  const server = createServer(({ headers, url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const isKnown = pathname === '/secretsmanager/get' && searchParams.get('secretId') === id;
    if (headers['x-aws-parameters-secrets-token'] !== token) response.writeHead(403).end('Bad Token');
    else response.writeHead(isKnown ? 200 : 404).end(isKnown ? body : 'Not found');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    token,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
