import { CredentialError } from './credential-error.ts';
import type { CredentialProvider } from './credential-provider.ts';
import { isSecret, type Secret, secret } from './secret.ts';
import type { TokenStore } from './token-store.ts';

type WebCryptoKey = InstanceType<typeof CryptoKey>;

/**
 * A key of 256 bits: a Secret of 32 bytes, or of their hexadecimal (64 digits) or base64 text; a provider of one; or
 * an AES-GCM `CryptoKey` that may encrypt and decrypt. Random, never a password: `openssl rand -base64 32`.
 */
export type SealingKey = Secret | CredentialProvider | WebCryptoKey;

export interface SealedTokenStoreOptions {
  /** Names the store in errors. Default: `sealed:` and the name of the store. */
  readonly name?: string;
}

/**
 * Encrypts what `store` keeps, by AES-256-GCM, with family and generation as associated data: a record that was
 * changed, moved to another family or played back as another generation does not open, which is `invalid_response`
 * and never "missing".
 *
 * Of several keys the first one seals and all of them open: to replace a key, put the new one before the old one.
 *
 * What it cannot prevent: who can write to `store` can delete a family, or put back an older generation as a whole.
 *
 * @throws {CredentialError} `invalid_response` where a record does not open, or a key is not 256 bits long; what
 *   `store` and the key's provider throw
 */
export function sealedTokenStore(
  store: TokenStore,
  keys: SealingKey | readonly [SealingKey, ...SealingKey[]],
  options: SealedTokenStoreOptions = {},
): TokenStore {
  const name = options.name ?? `sealed:${store.name}`;
  const [sealing, ...former]: readonly SealingKey[] = isList(keys) ? keys : [keys];
  return {
    name,
    async read(family, context) {
      const stored = await store.read(family, context);
      if (stored?.data === undefined) return stored;
      const record = { family, generation: stored.generation };
      for (const key of [sealing!, ...former]) {
        const data = await open(stored.data, await aesKey(key, name, context?.signal), record);
        if (data !== undefined) return { ...stored, data };
      }
      throw doesNotOpen(stored.generation, name);
    },
    async compareAndSwap(family, expected, next) {
      if (next === undefined) return store.compareAndSwap(family, expected, undefined);
      const record = { family, generation: expected + 1 };
      return store.compareAndSwap(family, expected, await seal(next, await aesKey(sealing!, name), record));
    },
    claim: (claim) => store.claim(claim),
    unclaim: (claim, context) => store.unclaim(claim, context),
  };
}

/** A sealed record: this byte, the nonce, the ciphertext with its tag. */
const VERSION = 1;

/** NIST SP 800-38D, 8.2.2: 96 random bits, good for 2^32 records under one key. */
const NONCE_BYTES = 12;
const KEY_BYTES = 32;

interface RecordName {
  readonly family: string;
  readonly generation: number;
}

/** JSON keeps the parts apart, whatever is in a family's name. */
function algorithm(iv: Uint8Array<ArrayBuffer>, { family, generation }: RecordName) {
  const text = JSON.stringify(['keyturn tokens', VERSION, family, generation]);
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(text) };
}

async function seal(data: Secret, key: WebCryptoKey, record: RecordName): Promise<Secret> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = data.revealBytes();
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm(nonce, record), key, Uint8Array.from(plain)));
  const whole = new Uint8Array(1 + NONCE_BYTES + sealed.length);
  whole[0] = VERSION;
  whole.set(nonce, 1);
  whole.set(sealed, 1 + NONCE_BYTES);
  return secret(whole);
}

async function open(sealed: Secret, key: WebCryptoKey, record: RecordName): Promise<Secret | undefined> {
  const bytes = Uint8Array.from(sealed.revealBytes());
  if (bytes[0] !== VERSION || bytes.length <= 1 + NONCE_BYTES) return undefined;
  const nonce = bytes.slice(1, 1 + NONCE_BYTES);
  try {
    const plain = await crypto.subtle.decrypt(algorithm(nonce, record), key, bytes.subarray(1 + NONCE_BYTES));
    return secret(new Uint8Array(plain));
  } catch {
    // WebCrypto says nothing but that it failed; the caller tries the next key, or says so.
    return undefined;
  }
}

/** One import for each Secret, however often it is used. */
const imported = new WeakMap<Secret, Promise<WebCryptoKey>>();

async function aesKey(key: SealingKey, name: string, signal?: AbortSignal): Promise<WebCryptoKey> {
  if (key instanceof CryptoKey) return key;
  const value = isSecret(key) ? key : (await key.get({ signal })).value;
  const known = imported.get(value);
  if (known !== undefined) return known;
  const imports = crypto.subtle.importKey('raw', keyBytes(value, name), 'AES-GCM', false, ['encrypt', 'decrypt']);
  imported.set(value, imports);
  return imports;
}

function keyBytes(value: Secret, name: string): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(value.revealBytes());
  if (bytes.length === KEY_BYTES) return bytes;
  const text = new TextDecoder().decode(bytes).trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  if (/^[\w+/-]{43}=?$/.test(text)) {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  }
  throw new CredentialError('invalid_response', `the key has ${bytes.length} bytes, which is no key of 256 bits`, {
    source: name,
    hint: 'make one by: openssl rand -base64 32',
  });
}

function doesNotOpen(generation: number, name: string): CredentialError {
  return new CredentialError('invalid_response', `the stored record of generation ${generation} does not open`, {
    source: name,
    hint: 'it was sealed by another key, or changed since; add the former key as a second one, or log in again',
  });
}

function isList(keys: SealingKey | readonly SealingKey[]): keys is readonly SealingKey[] {
  return Array.isArray(keys);
}
