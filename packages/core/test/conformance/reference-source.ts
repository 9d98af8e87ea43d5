import type { Credential } from '../../src/credential.ts';
import { CredentialError } from '../../src/credential-error.ts';
import type { CredentialSource, FetchContext } from '../../src/credential-source.ts';
import { type HttpRequest, request, requestJson } from '../../src/http/index.ts';
import { type Secret, secret } from '../../src/secret.ts';

/** The least that an HTTP adapter needs: one request by way of `@keyturn/core/http`, and the shape of its answer. */
export function referenceSource(item: string, address: string, token: Secret): CredentialSource {
  const name = `reference:${item}`;
  return {
    name,
    async fetch({ signal, clock }) {
      const { body } = await requestJson(asking(name, 'GET', `${address}/items/${item}`, token, signal));
      const { value, version } = fields(body, name, 'value', 'version');
      return {
        value: secret(Buffer.from(value, 'base64')),
        version,
        origin: { adapter: 'reference', reference: `ref://${item}`, fetchedAt: new Date(clock.now()) },
      };
    },
  };
}

/** The same backend's other half: each fetch mints a value, under a lease that can be renewed and given back. */
export function mintingSource(
  item: string,
  address: string,
  token: Secret,
): Required<CredentialSource<{ user: string; password: Secret }>> {
  type Minted = Credential<{ user: string; password: Secret }>;
  const name = `reference:${item}`;
  const ids = new WeakMap<object, string>();

  const renew = async (previous: Minted, context: FetchContext<Minted['value']>) => {
    const id = previous.lease && ids.get(previous.lease);
    if (id === undefined) return undefined;
    await request({ ...asking(name, 'PUT', `${address}/leases/${id}`, token, context.signal) });
    return { ...previous, ...dates(context) };
  };
  const dates = ({ clock }: FetchContext<Minted['value']>) => ({
    expiresAt: new Date(clock.now() + 60_000),
    origin: { adapter: 'reference', reference: `ref://${item}`, fetchedAt: new Date(clock.now()) },
  });

  return {
    name,
    async fetch(context) {
      const { previous, rejected } = context;
      const renewed = previous && rejected === undefined ? await renew(previous, context) : undefined;
      if (renewed !== undefined) return renewed;
      const asked = asking(name, 'POST', `${address}/leases/${item}`, token, context.signal);
      const { id, value } = fields((await requestJson(asked)).body, name, 'id', 'value');
      const lease = {};
      ids.set(lease, id);
      return { value: { user: 'app', password: secret(value) }, lease, ...dates(context) };
    },
    async release({ lease }, { signal }) {
      const id = lease && ids.get(lease);
      if (id !== undefined) await request(asking(name, 'DELETE', `${address}/leases/${id}`, token, signal));
    },
  };
}

function asking(source: string, method: string, url: string, token: Secret, signal: AbortSignal): HttpRequest {
  return { source, method, url, signal, headers: { authorization: `Bearer ${token.reveal()}` } };
}

function fields<K extends string>(body: unknown, source: string, ...names: K[]): Record<K, string> {
  const record = (typeof body === 'object' && body !== null ? body : {}) as Record<K, unknown>;
  for (const name of names) {
    if (typeof record[name] !== 'string') {
      throw new CredentialError('invalid_response', `the answer has no text ${name}`, {
        source,
        hint: 'check the address',
      });
    }
  }
  return record as Record<K, string>;
}
