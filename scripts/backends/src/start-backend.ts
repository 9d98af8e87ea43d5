import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Backend, Startable } from './backend.ts';
import { freePort } from './free-port.ts';
import { lastLines, type Machine } from './machine.ts';
import { readLog, type Supervised, supervise } from './supervised.ts';
import { thisMachine } from './this-machine.ts';

/** A server that answers. */
export interface StartedBackend<Address> extends Started<Address> {
  /** How it was had, as in {@link Way.name}. */
  readonly way: string;
}

interface Started<Address> {
  readonly address: Address;
  /** The process to signal in order to end it; absent where somebody else runs it. */
  readonly pid?: number;
  /** Ends the server, unless somebody else started it. */
  stop(): Promise<void>;
}

/** Nothing on this machine could provide the backend; the message says what was tried. */
export class BackendUnavailable extends Error {}

class PortTaken extends Error {}
class NotReady extends Error {}

/** How long a server may take from its start to its first answer. */
const READY_MS = 60_000;

/** How long a server that runs already may take to answer. */
const ANSWER_MS = 5_000;
const POLL_MS = 100;

/** How long one call that asks whether it is ready may take: LocalStack loads the service meanwhile. */
const CALL_MS = 10_000;

/** How many ports are tried before a server that says "in use" has failed. */
const PORT_ATTEMPTS = 3;

export interface StartOptions {
  readonly machine?: Machine;
  /** Leaves the server running after this process has ended; default false. */
  readonly stay?: boolean;
}

/**
 * Gets a server by the first of its ways that works.
 *
 * @throws {BackendUnavailable} where no way works, or where a server that runs already does not answer: whoever names
 * one wants that one, not another in its place
 */
export async function startBackend<Address>(
  backend: Backend<Address>,
  { machine = thisMachine(), stay = false }: StartOptions = {},
): Promise<StartedBackend<Address>> {
  const tried: string[] = [];
  for (const way of backend.ways) {
    try {
      const finding = await way.find(machine);
      if ('running' in finding) return { ...(await join(backend, finding.running)), way: way.name };
      if ('launch' in finding) return { ...(await launch(backend, finding, stay)), way: way.name };
      tried.push(`${way.name}: ${finding.missing}`);
    } catch (error) {
      if (error instanceof BackendUnavailable) throw error;
      const message = error instanceof Error ? error.message : String(error);
      machine.say(`${backend.name} by ${way.name}: ${message}`);
      tried.push(`${way.name}: ${message.split('\n', 1)}`);
    }
  }
  throw new BackendUnavailable(`${backend.name}: ${tried.join('; ')}`);
}

async function join<Address>(backend: Backend<Address>, address: Address): Promise<Started<Address>> {
  try {
    await untilReady(backend, address, AbortSignal.timeout(ANSWER_MS));
  } catch (error) {
    const reason = error instanceof NotReady ? error.message : String(error);
    throw new BackendUnavailable(`${backend.name}: the server that the environment names ${reason}`, { cause: error });
  }
  return { address, stop: () => Promise.resolve() };
}

async function launch<Address>(
  backend: Backend<Address>,
  startable: Startable<Address>,
  stay: boolean,
): Promise<Started<Address>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launchOnce(backend, startable, stay);
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function launchOnce<Address>(
  backend: Backend<Address>,
  startable: Startable<Address>,
  stay: boolean,
): Promise<Started<Address>> {
  const folder = await mkdtemp(joinPath(tmpdir(), `keyturn-${backend.name}-`));
  const order = startable.launch({ port: await freePort(), folder });
  const server = await supervise(backend.name, order, folder, { stay });
  const ended = new AbortController();
  void server.ended.then(() => ended.abort());
  try {
    await untilReady(backend, order.address, AbortSignal.any([ended.signal, AbortSignal.timeout(READY_MS)]));
  } catch (error) {
    await server.stop();
    throw await explain(server, error);
  }
  return { address: order.address, pid: server.pid, stop: server.stop };
}

async function explain(server: Supervised, cause: unknown): Promise<Error> {
  const log = await readLog(server);
  const reason = cause instanceof NotReady ? cause.message : String(cause);
  const message = `what was started ${reason}, see ${server.logFile}\n${lastLines(log, 15)}`;
  const portTaken = /address already in use|EADDRINUSE|CannotListenError/i.test(log);
  return portTaken ? new PortTaken(message, { cause }) : new Error(message, { cause });
}

/** @throws {NotReady} where `signal` aborts first */
async function untilReady<Address>(backend: Backend<Address>, address: Address, signal: AbortSignal): Promise<void> {
  for (let reason = 'does not answer'; ; await delay(POLL_MS)) {
    if (signal.aborted) throw new NotReady(reason);
    try {
      if (await backend.isReady(address, AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]))) return;
      reason = 'refuses the call that says it is ready';
    } catch (error) {
      reason = `does not answer (${rootCause(error)})`;
    }
  }
}

/** `fetch` says no more than "fetch failed"; why stands in the cause. */
function rootCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootCause(error.cause);
}
