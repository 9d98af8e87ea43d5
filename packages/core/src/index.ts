export { abortError } from './abort-error.ts';
export { type Clock, MAX_TIMER_MS, systemClock } from './clock.ts';
export { type AuthorizedFetchOptions, authorizedFetch } from './composition/authorized-fetch.ts';
export { type BatchContext, type BatchedOptions, batched, type FetchOne } from './composition/batched.ts';
export { firstConfigured } from './composition/first-configured.ts';
export {
  type EntryOptions,
  type LoadedCredentials,
  loadCredentials,
  type Manifest,
  type ManifestEntry,
  optional,
  required,
} from './composition/load-credentials.ts';
export { select } from './composition/select.ts';
export type { SourceOrProvider } from './composition/source-or-provider.ts';
export type { StandardSchema } from './composition/standard-schema.ts';
export { type UseOutcome, type WithCredentialOptions, withCredential } from './composition/with-credential.ts';
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
export { type MemoryTokenStoreOptions, memoryTokenStore } from './memory-token-store.ts';
export { type ChunkRedactor, type Redactor, type RedactorOptions, redactor } from './redactor.ts';
export { parseReference, printReference, type Reference } from './references/reference.ts';
export { type ReferenceScheme, type References, references } from './references/references.ts';
export type { RefreshingOptions } from './refreshing/provider-options.ts';
export { refreshing } from './refreshing/refreshing.ts';
export { type RotateOptions, type RotateResult, rotate } from './rotation/rotate.ts';
export type { RotationState, RotationStore, StoredVersion } from './rotation/rotation-store.ts';
export { type SealedTokenStoreOptions, type SealingKey, sealedTokenStore } from './sealed-token-store.ts';
export { isSecret, type Secret, secret } from './secret.ts';
export type { Claim, ClaimResult, StoredTokens, TokenStore } from './token-store.ts';
