import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Backend, Finding, Launch, Place } from './backend.ts';
import { dockerLaunch, prepareDocker } from './docker.ts';
import type { Machine } from './machine.ts';
import type { PythonPackages } from './python-packages.ts';

/** LocalStack with Secrets Manager, SSM, STS and KMS. */
export interface LocalStack {
  readonly endpoint: string;
  readonly region: string;
}

/** The last image line that runs without a token; the same release as the pinned Python package for 3.11. */
const IMAGE = 'localstack/localstack:4.13.1';
const SERVICES = 'secretsmanager,ssm,sts,kms';
const REGION = 'us-east-1';
const packageFolder = join(import.meta.dirname, '..');

const packages: PythonPackages = {
  title: 'LocalStack (230 MB)',
  locks: [
    { file: join(packageFolder, 'requirements', 'localstack-py313.txt'), minimum: { major: 3, minor: 13 } },
    { file: join(packageFolder, 'requirements', 'localstack-py311.txt'), minimum: { major: 3, minor: 11 } },
  ],
};

export const localstack: Backend<LocalStack> = {
  name: 'localstack',
  ways: [
    { name: 'LOCALSTACK_ENDPOINT', find: ({ env }) => Promise.resolve(fromEnvironment(env)) },
    { name: 'Docker', find: fromDocker },
    { name: 'Python', find: fromPython },
  ],
  isReady,
  variables: ({ endpoint }) => ({ LOCALSTACK_ENDPOINT: endpoint }),
};

function fromEnvironment(env: Machine['env']): Finding<LocalStack> {
  const endpoint = env['LOCALSTACK_ENDPOINT'];
  return endpoint ? { running: { endpoint, region: REGION } } : { missing: 'not set' };
}

async function fromDocker(machine: Machine): Promise<Finding<LocalStack>> {
  const missing = await prepareDocker(machine, IMAGE);
  if (missing) return missing;
  return {
    launch: ({ port }) =>
      dockerLaunch({ image: IMAGE, containerPort: 4566, port, variables: settings(), address: addressAt(port) }),
  };
}

async function fromPython(machine: Machine): Promise<Finding<LocalStack>> {
  const python = await machine.pythonWith(packages);
  return { launch: (place) => pythonLaunch(python, place) };
}

function pythonLaunch(python: string, { port, folder }: Place): Launch<LocalStack> {
  return {
    command: python,
    args: [join(packageFolder, 'src', 'launch-localstack.py')],
    env: {
      ...settings(),
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      FILESYSTEM_ROOT: join(folder, 'root'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      TMPDIR: folder,
      HOME: folder,
    },
    address: addressAt(port),
  };
}

function addressAt(port: number): LocalStack {
  return { endpoint: `http://127.0.0.1:${port}`, region: REGION };
}

/** Only the services that are used, and nothing that calls out: no usage events, no certificate, no DNS, no image. */
function settings(): Record<string, string> {
  return {
    SERVICES,
    STRICT_SERVICE_LOADING: '1',
    EAGER_SERVICE_LOADING: '0',
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    DNS_ADDRESS: '0',
    LAMBDA_PREBUILD_IMAGES: '0',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** The first call of a service loads it, which takes a second; so a call to Secrets Manager is what says "ready". */
async function isReady({ endpoint, region }: LocalStack, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.ListSecrets',
      authorization: `AWS4-HMAC-SHA256 Credential=${newAccountId()}/20260101/${region}/secretsmanager/aws4_request`,
    },
    body: '{}',
    signal,
  });
  return response.ok;
}

/** LocalStack takes an access key id of 12 digits for an account of its own: a test that has one meets no other. */
export function newAccountId(): string {
  return String(randomInt(100_000_000_000, 1_000_000_000_000));
}
