import type { SecretId } from './secret-id.ts';

/** One secret and what is done with it. */
export interface SecretUse {
  /** Name or ARN, as it was given. */
  readonly id: string;
  /** Absent: the default one. */
  readonly region?: string;
  /** `current` reads what is current, `version` one stage or version, `rotation` writes. */
  readonly access: 'current' | 'version' | 'rotation';
}

export interface SecretUses {
  readonly list: readonly SecretUse[];
  add(id: SecretId, access: SecretUse['access']): void;
}

/** Each use once, however often it is repeated. */
export function secretUses(): SecretUses {
  const list: SecretUse[] = [];
  const known = new Set<string>();
  return {
    list,
    add({ text, region }, access) {
      const key = JSON.stringify([text, region, access]);
      if (known.has(key)) return;
      known.add(key);
      list.push({ id: text, access, ...(region !== undefined && { region }) });
    },
  };
}
