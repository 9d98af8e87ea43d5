export { awsScheme } from './aws-scheme.ts';
export {
  leastPrivilegePolicy,
  type Policy,
  type PolicyOptions,
  type PolicyStatement,
} from './least-privilege-policy.ts';
export type { SecretUse } from './secret-uses.ts';
export {
  type AgentOptions,
  type SecretReader,
  type SecretsManager,
  type SecretsManagerOptions,
  secretsManager,
} from './secrets-manager.ts';
export type { SecretOptions } from './version-request.ts';
