import { type CredentialSource, fixedSource, refreshing, secret } from '@keyturn/core';
import { elapsedMs, medians, type Row, round } from './measure.ts';

const CALLERS = 10_000;
const ROUNDS = 9;

/** Ten thousand callers at once, before anything was fetched. */
export async function firstGets(): Promise<Row[]> {
  const fetches: number[] = [];
  const times = await medians(ROUNDS, {
    callers: async () => {
      const source = counting(fixedSource(secret('the-value')));
      const provider = refreshing(source);
      const ms = await elapsedMs(() => Promise.all(Array.from({ length: CALLERS }, () => provider.get())));
      fetches.push(source.count());
      return ms;
    },
    promises: () => {
      const one = Promise.resolve(1);
      return elapsedMs(() => Promise.all(Array.from({ length: CALLERS }, async () => await one)));
    },
  });
  return [
    {
      what: '10,000 concurrent first gets',
      result: `${Math.max(...fetches)} fetch, ${round(times.callers)} ms`,
      against: `10,000 async functions awaiting one promise: ${round(times.promises)} ms`,
      aim: '1 fetch',
    },
  ];
}

function counting(source: CredentialSource): CredentialSource & { count(): number } {
  let fetches = 0;
  return {
    name: source.name,
    count: () => fetches,
    fetch(context) {
      fetches += 1;
      return source.fetch(context);
    },
  };
}
