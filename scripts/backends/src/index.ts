export { type LocalStack, newAccountId } from './localstack.ts';
export { useBackend } from './use-backend.ts';
export type { VaultServer } from './vault.ts';
