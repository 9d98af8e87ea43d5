import type { Backend } from './backend.ts';
import { localstack } from './localstack.ts';
import { vault } from './vault.ts';

/** Every backend by its name. A new one is a file beside this one and a line here. */
export const backends = { localstack, vault };

export type BackendName = keyof typeof backends;

/** What a client needs to reach the backend of that name. */
export type AddressOf<Name extends BackendName> =
  (typeof backends)[Name] extends Backend<infer Address> ? Address : never;

export function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(backends, name);
}
