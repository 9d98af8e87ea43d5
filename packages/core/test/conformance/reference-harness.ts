import type { SourceHarness } from '../../src/conformance/source-harness.ts';
import { CredentialError } from '../../src/credential-error.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import type { Secret } from '../../src/secret.ts';
import type { ReferenceBackend } from './reference-backend.ts';
import { mintingSource, referenceSource } from './reference-source.ts';

export function referenceHarness(backend: ReferenceBackend): SourceHarness {
  return {
    name: 'reference',
    backend: backend.origin,
    secrets: [backend.token],
    source: (item, address) => referenceSource(item, address, backend.token),
    serve: async (item, value) => backend.put(item, value),
    unconfigured,
    states: {
      async denied(item) {
        backend.denied.add(item);
        return async () => void backend.denied.delete(item);
      },
    },
    inapplicable: { lease: 'it mints nothing' },
  };
}

export function mintingHarness(backend: ReferenceBackend): SourceHarness<{ user: string; password: Secret }> {
  return {
    name: 'reference, minting',
    backend: backend.origin,
    secrets: [backend.token],
    minted: true,
    source: (item, address) => mintingSource(item, address, backend.token),
    serve: async (item, value) => backend.put(item, value),
    pick: ({ password }) => password,
    accepts: async ({ password }) => backend.accepts(password.reveal()),
    unconfigured,
  };
}

function unconfigured(): CredentialSource<never> {
  return {
    name: 'reference:none',
    async fetch() {
      throw new CredentialError('not_configured', 'no address', { source: 'reference:none', hint: 'set the address' });
    },
  };
}
