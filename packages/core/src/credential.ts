import type { Secret } from './secret.ts';

/** Where a credential came from. Free of secrets, made to be logged. */
export interface Origin {
  /** The kind of adapter: `env`, `aws`, `vault`, ... */
  readonly adapter: string;
  /** The reference it was fetched by, without secret parts, e.g. `env://GITHUB_TOKEN`. */
  readonly reference: string;
  /** When it was fetched. */
  readonly fetchedAt: Date;
}

/** What a credential's value may be: a `Secret`, or a record of Secrets and of plain strings for what is no secret. */
export type CredentialValue = Secret | Readonly<Record<string, Secret | string>>;

/**
 * What a source yields. `V` is a `Secret`, or a record whose secret parts are Secrets and whose other parts
 * (user name, host) are strings.
 */
export interface Credential<V = Secret> {
  readonly value: V;
  /** Hard end: never handed out after it. Absent: valid until revoked. */
  readonly expiresAt?: Date;
  /** Soft hint: ask again from here on. Never makes the value dead. */
  readonly refreshAt?: Date;
  /** A one-time password: neither kept nor shared between callers. */
  readonly singleUse?: true;
  /** The backend's own version id. Safe to log. */
  readonly version?: string;
  /** When the backend made this version, where it says so. */
  readonly createdAt?: Date;
  /** Identity of what was minted. A renewed credential carries the same object; without it nothing is released. */
  readonly lease?: object;
  /** Aborts when the source learns that the credential is no longer good: its login died, its file was replaced. */
  readonly superseded?: AbortSignal;
  readonly origin: Origin;
}
