import type { TestProject } from 'vitest/node';
import { type Broker, startBroker } from './broker.ts';

let broker: Broker | undefined;

/**
 * Starts nothing but the broker: a backend starts when the first test that runs asks for it. `npm test` brings a broker
 * of its own, so this one serves an editor and a bare `vitest`.
 */
export async function setup(project: TestProject): Promise<void> {
  if (project.getProvidedContext().backendBroker) return;
  broker = await startBroker();
  project.provide('backendBroker', broker.url);
}

export async function teardown(): Promise<void> {
  await broker?.close();
}
