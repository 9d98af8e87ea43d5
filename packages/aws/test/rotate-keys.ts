import { type RotateResult, type RotationStore, rotate, type Secret, secret } from '@keyturn/core';

/** One run of a rotation whose keys are made by the key service at `origin`. A replaced key is due at once. */
export function rotateKeys(store: RotationStore, origin: string): Promise<RotateResult> {
  const post = async (path: string, body: string) => {
    const response = await fetch(`${origin}${path}`, { method: 'POST', body });
    if (!response.ok) throw new Error(`${path} was answered by ${response.status}`);
    return response.text();
  };
  const send = (path: string) => async (value: Secret) => void (await post(path, value.reveal()));
  return rotate({
    store,
    issue: async ({ attemptId }) => secret(await post('/issue', attemptId)),
    verify: send('/verify'),
    revoke: send('/revoke'),
    overlapMs: 0,
  });
}
