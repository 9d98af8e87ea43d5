import { randomUUID } from 'node:crypto';
import type { Launch, Missing } from './backend.ts';
import { lastLines, type Machine } from './machine.ts';

/** Answers with why there is no Docker here, or pulls the image and answers `undefined`. */
export async function prepareDocker(machine: Machine, image: string): Promise<Missing | undefined> {
  const daemon = await machine.run('docker', ['version', '--format', '{{.Server.Version}}']);
  if (daemon.exitCode !== 0) return { missing: daemon.exitCode === undefined ? 'not installed' : 'no daemon answers' };
  const present = await machine.run('docker', ['image', 'inspect', image]);
  if (present.exitCode === 0) return undefined;
  machine.say(`pulling ${image} (once) ...`);
  const pull = await machine.run('docker', ['pull', '--quiet', image]);
  return pull.exitCode === 0 ? undefined : { missing: `cannot pull ${image}: ${lastLines(pull.stderr, 1)}` };
}

export interface Container<Address> {
  readonly image: string;
  /** The port inside the container, published on 127.0.0.1 alone. */
  readonly containerPort: number;
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly address: Address;
}

export function dockerLaunch<Address>(container: Container<Address>): Launch<Address> {
  const name = `keyturn-${randomUUID()}`;
  const variables = Object.keys(container.variables).flatMap((variable) => ['--env', variable]);
  const publish = `127.0.0.1:${container.port}:${container.containerPort}`;
  return {
    command: 'docker',
    args: ['run', '--rm', '--name', name, '--publish', publish, ...variables, container.image],
    env: { ...dockerEnvironment(), ...container.variables },
    address: container.address,
    afterStop: ['docker', 'rm', '--force', name],
  };
}

/** Where the docker command finds its daemon. */
function dockerEnvironment(): Record<string, string> {
  const names = ['HOME', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
