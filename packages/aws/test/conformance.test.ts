import { useBackend } from '@keyturn/backends';
import type { CredentialSource } from '@keyturn/core';
import { type HarnessReply, type SourceHarness, sourceConformance } from '@keyturn/core/conformance';
import { beforeAll, describe, test, vi } from 'vitest';
import { secretsManager } from '../src/index.ts';
import { clientFor, newAccount } from './account.ts';
import { store } from './stored.ts';

const localstack = useBackend('localstack');
const account = newAccount();
let running = false;

// This machine knows nothing of AWS, whatever its owner has set up.
beforeAll(() => {
  running = true;
  for (const name of ['AWS_REGION', 'AWS_PROFILE']) vi.stubEnv(name, '');
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});

/** AWS says nearly everything by status 400 and the name of an exception. */
function exception(name: string, headers: Readonly<Record<string, string>> = {}): HarnessReply {
  const body = JSON.stringify({ __type: `com.amazonaws.secretsmanager#${name}`, Message: 'quoted: %s' });
  return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1', ...headers }, body };
}

const harness: SourceHarness = {
  name: 'aws / SDK',
  // The suite looks once whether there is a backend, and asks for its address in the tests.
  get backend() {
    return running ? localstack().endpoint : 'http://127.0.0.1';
  },
  secrets: [account.secretAccessKey],
  source: (item, address) => secretsManager({ client: clientFor(account, address) }).secret(item),
  serve: async (item, value) => void (await store(clientFor(account, localstack().endpoint), item, value)),
  unconfigured: () => secretsManager().secret('app/database'),
  replies: {
    denied: exception('AccessDeniedException'),
    unauthenticated: exception('ExpiredTokenException'),
    throttled: exception('ThrottlingException', { 'retry-after': '7' }),
    unreachable: { ...exception('InternalServiceError'), status: 500 },
  },
  inapplicable: {
    lease: 'Secrets Manager stores values and mints none',
  },
};

sourceConformance({ describe, test }, harness);

sourceConformance(
  { describe, test },
  {
    ...harness,
    get backend() {
      return harness.backend!;
    },
    name: 'aws / SDK, in a batch',
    source: (item, address) => asOneOfTwo(secretsManager({ client: clientFor(account, address) }), item),
  },
);

/** Asks for another secret in the same turn, so that both go out as one batch. */
function asOneOfTwo(manager: ReturnType<typeof secretsManager>, item: string): CredentialSource {
  const [one, other] = [manager.secret(item), manager.secret('companion')];
  return {
    name: one.name,
    async fetch(context) {
      const companion = other.fetch(context).catch(() => undefined); // it does not exist
      const credential = await one.fetch(context);
      await companion;
      return credential;
    },
  };
}
