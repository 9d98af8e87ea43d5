import { randomUUID } from 'node:crypto';
import type { RotationState, RotationStore, Secret } from '@keyturn/core';
import { newValue } from './account.ts';
import { described, store } from './stored.ts';
import { newWorld, type World } from './world.ts';

export const ID = 'app/api-key';
export const LATER = new Date('2040-01-31T00:00:00.000Z');

/** A secret with one version, and what an attempt is to make of it. */
export interface RotationWorld extends World {
  readonly rotation: RotationStore;
  readonly old: { readonly version: string; readonly value: Secret };
  readonly attempt: { readonly id: string; readonly value: Secret };
  /** What the service holds, with `old` and `new` for the ids and `now` for dates of this run. */
  state(): Promise<unknown>;
}

export async function newRotation(address: { readonly endpoint: string }): Promise<RotationWorld> {
  const world = await newWorld(address);
  const value = newValue();
  const version = await store(world.client, ID, value);
  const attempt = { id: randomUUID(), value: newValue() };
  return {
    ...world,
    rotation: world.manager.rotationStore(ID),
    old: { version, value },
    attempt,
    async state() {
      const text = JSON.stringify(await described(world.client, ID))
        .replaceAll(version, 'old')
        .replaceAll(attempt.id, 'new');
      return JSON.parse(text.replace(/20[23]\d-[\d:.T-]+Z/g, 'now'));
    },
  };
}

/** The state with its values in plain text, for comparing. */
export function plain({ current, previous, attempt, revokeAfter }: RotationState) {
  const text = (version: { version: string; value: Secret } | undefined) =>
    version && { version: version.version, value: version.value.reveal() };
  return {
    current: text(current),
    previous: text(previous),
    attempt: attempt && { id: attempt.id, staged: text(attempt.staged) },
    revokeAfter,
  };
}
