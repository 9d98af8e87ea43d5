export {
  type SecretOptions,
  type SecretsManager,
  type SecretsManagerOptions,
  secretsManager,
} from './secrets-manager.ts';
