import { setTimeout as pause } from 'node:timers/promises';
import { CONTENDERS, type ContenderName } from './contenders.ts';
import type { ClientConfig } from './local-stack.ts';

/** What this process is told, as its only argument. */
export interface OutageOrder {
  readonly name: ContenderName;
  readonly config: ClientConfig;
  readonly id: string;
  readonly staleSeconds: number;
}

/** What it tells: first that it has had the secret, then what came of the outage. */
export interface OutageMessage {
  readonly result: string;
  readonly ms?: number;
}

const MAX_AGE_SECONDS = 1;

const { name, config, id, staleSeconds }: OutageOrder = JSON.parse(process.argv[2] ?? '');
const reader = CONTENDERS[name](config, { ids: [id], maxAgeSeconds: MAX_AGE_SECONDS, staleSeconds });
const first = await reader.get(id);
process.once('uncaughtExceptionMonitor', (_, origin) => tell({ result: `the process ends: \`${origin}\`` }));
process.once('message', async () => {
  await pause(MAX_AGE_SECONDS * 1_000 + 500);
  const begin = performance.now();
  const result = await reader.get(id).then((value) => (value === first ? 'the value' : 'another value'), wordFor);
  tell({ result, ms: performance.now() - begin });
});
tell({ result: 'fetched' });

function tell(message: OutageMessage): void {
  process.send?.(message);
}

/** What a program can tell the failure by. */
function wordFor(error: { readonly code?: unknown; readonly name?: string }): string {
  return `\`${typeof error.code === 'string' ? error.code : error.name}\``;
}
