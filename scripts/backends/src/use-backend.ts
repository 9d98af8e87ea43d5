import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeAll, beforeEach, inject } from 'vitest';
import type { AddressOf, BackendName } from './backends.ts';
import type { BrokerAnswer } from './broker.ts';
import { NOT_RUN } from './not-run.ts';

/** How long the first test that asks may wait: a download may be part of it. */
const START_MS = 900_000;

/**
 * Makes the tests of this file, or of the `describe` around the call, run against a real server that all tests share.
 * Where it cannot be had they fail if CI is set, and otherwise are reported as not run.
 *
 * @returns a function that gives the address, for use in tests and in `beforeEach`; it throws where there is none
 */
export function useBackend<Name extends BackendName>(name: Name): () => AddressOf<Name> {
  let answer: BrokerAnswer | undefined;

  beforeAll(async () => {
    answer = await ask(name);
  }, START_MS);

  beforeEach(({ skip }) => {
    if (answer && 'unavailable' in answer) {
      if (process.env['CI']) throw new Error(answer.unavailable);
      skip(`${NOT_RUN}${answer.unavailable}`);
    }
  });

  return () => {
    if (!answer) throw new Error(`${name} is used before the hooks of its tests have run`);
    if ('unavailable' in answer) throw new Error(answer.unavailable);
    return answer.address as AddressOf<Name>;
  };
}

/** `fetch` would give up after five minutes. */
async function ask(name: BackendName): Promise<BrokerAnswer> {
  const url = `${inject('backendBroker')}${name}`;
  const body = await new Promise<string>((resolve, reject) => {
    get(url, { agent: false }, (response) => void text(response).then(resolve, reject)).once('error', reject);
  });
  return JSON.parse(body) as BrokerAnswer;
}
