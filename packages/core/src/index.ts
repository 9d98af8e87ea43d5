export { type Clock, MAX_TIMER_MS, systemClock } from './clock.ts';
export type { Credential, CredentialValue, Origin } from './credential.ts';
export {
  CredentialError,
  type CredentialErrorCode,
  type CredentialErrorOptions,
  isCredentialError,
} from './credential-error.ts';
export type { CredentialEvent, CredentialEventListener } from './credential-event.ts';
export type { CredentialProvider, CredentialState, CredentialStatus, GetRequest } from './credential-provider.ts';
export type { CredentialSource, FetchContext } from './credential-source.ts';
export { type FixedSourceOptions, fixedSource } from './fixed-source.ts';
export type { RefreshingOptions } from './refreshing/provider-options.ts';
export { refreshing } from './refreshing/refreshing.ts';
export { isSecret, type Secret, secret } from './secret.ts';
export type { Claim, ClaimResult, StoredTokens, TokenStore } from './token-store.ts';
