const NOBODY = 65_534;

/** Runs `body` as a user without privileges where the tests run as root, who may read every file. */
export async function withoutRoot<T>(body: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return body();
  process.seteuid?.(NOBODY);
  try {
    return await body();
  } finally {
    process.seteuid?.(0);
  }
}
