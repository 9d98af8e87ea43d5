/** LocalStack 4, the one for Python 3.11 and 3.12, gives a binary that PutSecretValue has stored back as something else. */
export async function skipWhereBinariesBreak(
  { endpoint }: { readonly endpoint: string },
  skip: (note: string) => void,
): Promise<void> {
  const response = await fetch(`${endpoint}/_localstack/health`);
  const { version } = (await response.json()) as { readonly version: string };
  if (version.startsWith('4.')) skip(`not run: LocalStack ${version} breaks binaries that are put; 2026.3 does not`);
}
