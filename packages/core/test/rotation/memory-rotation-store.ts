import {
  CredentialError,
  type RotationState,
  type RotationStore,
  type Secret,
  type StoredVersion,
} from '../../src/index.ts';

/** A store whose memory outlives the runs that use it. */
export interface MemoryRotationStore extends RotationStore {
  /** All versions that are kept, by stage. */
  state: RotationState;
}

export function memoryRotationStore(initial?: Secret): MemoryRotationStore {
  let versions = 0;
  const versionOf = (value: Secret): StoredVersion => {
    versions += 1;
    return { version: `v${versions}`, value };
  };
  const conflict = () => new CredentialError('conflict', 'another attempt is under way', { source: 'memory' });

  const store: MemoryRotationStore = {
    name: 'memory',
    state: initial === undefined ? {} : { current: versionOf(initial) },
    read: async () => store.state,
    async begin(attemptId) {
      store.state = { ...store.state, attempt: store.state.attempt ?? { id: attemptId } };
      return store.state.attempt?.id ?? attemptId;
    },
    async stage(attemptId, value) {
      const { attempt } = store.state;
      if (attempt?.id !== attemptId) throw conflict();
      store.state = { ...store.state, attempt: { id: attemptId, staged: attempt.staged ?? versionOf(value) } };
    },
    async promote(attemptId, revokeAfter) {
      const { attempt, current } = store.state;
      if (attempt?.id !== attemptId || attempt.staged === undefined) throw conflict();
      store.state = { current: attempt.staged, ...(current && { previous: current, revokeAfter }) };
    },
    async discard(attemptId) {
      const { attempt, ...rest } = store.state;
      if (attempt?.id === attemptId) store.state = rest;
    },
    async rollBack(revokeAfter) {
      const { current, previous } = store.state;
      if (current === undefined || previous === undefined) throw conflict();
      store.state = { current: previous, previous: current, revokeAfter };
    },
    async finish() {
      const { revokeAfter: _, ...rest } = store.state;
      store.state = rest;
    },
  };
  return store;
}
