import { randomBytes, randomUUID } from 'node:crypto';
import { redactor, type Secret, secret } from '@keyturn/core';
import { elapsedMs, medians, type Row, round } from './measure.ts';

const MEGABYTES = 10;
const ROUNDS = 7;

/** Redaction of 10 MB of log with 1, 100 and 1,000 live secrets, against one plain pass over its bytes. */
export async function redaction(): Promise<Row[]> {
  const alive: Secret[] = [];
  const log = logText();
  const { redact } = redactor();
  const rows: Row[] = [];
  for (const count of [1, 100, 1_000]) {
    const added = Array.from({ length: count - alive.length }, newSecret);
    alive.push(...added);
    const buildMs = await elapsedMs(() => redact(''));
    const times = await medians(ROUNDS, {
      plain: () => elapsedMs(() => plainPass(log)),
      redact: () => elapsedMs(() => redact(log)),
    });
    rows.push({
      what: `redact 10 MB of log, ${count === 1 ? 'one live secret' : `${count} live secrets`}`,
      result: `${throughput(times.redact)}, ${round(times.redact / times.plain, 2)}x`,
      against: `encoding the text and reading its bytes: ${throughput(times.plain)}; first use after ${added.length} new: ${round(buildMs)} ms`,
      aim: 'linear in the text',
    });
  }
  return [...rows, await hits(redact, log, alive)];
}

/** A log that shows a secret in every hundredth line, and the search that knows only the raw values. */
async function hits(redact: (text: string) => string, log: string, alive: readonly Secret[]): Promise<Row> {
  const values = alive.slice(0, 100).map((one) => one.reveal());
  let line = 0;
  const leaking = log.replaceAll('\n', () => (line++ % 100 === 0 ? ` ${values[line % values.length]}\n` : '\n'));
  const times = await medians(ROUNDS, {
    redact: () => elapsedMs(() => redact(leaking)),
    rawOnly: () => elapsedMs(() => values.reduce((text, value) => text.replaceAll(value, '[secret]'), leaking)),
  });
  return {
    what: 'the same, 1,000 secrets and one of them in each 100th line',
    result: throughput(times.redact),
    against: `replaceAll of the raw form of 100 of them: ${throughput(times.rawOnly)}`,
  };
}

const throughput = (ms: number): string => `${round((MEGABYTES / ms) * 1_000, 0)} MB/s`;

function newSecret(): Secret {
  return secret(`sk-${randomBytes(30).toString('base64url')}`);
}

function logText(): string {
  const lines: string[] = [];
  for (let length = 0; length < MEGABYTES * 1e6; length += lines.at(-1)!.length + 1) {
    lines.push(logLine(lines.length));
  }
  return `${lines.join('\n')}\n`;
}

function logLine(index: number): string {
  const time = new Date(1_790_000_000_000 + index * 37).toISOString();
  const fields = { request: randomUUID(), path: `/api/v1/users/${index}/items`, status: 200, ms: index % 90 };
  const etag = randomBytes(12).toString('base64');
  return `${time} INFO server: answered ${JSON.stringify(fields)} etag="${etag}" agent="Mozilla/5.0 (X11; Linux x86_64)"`;
}

/** What any redactor has to do at the least: encode the text and look at each byte. */
function plainPass(text: string): number {
  const bytes = new TextEncoder().encode(text);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 1) sum += bytes[at]!;
  return sum;
}
