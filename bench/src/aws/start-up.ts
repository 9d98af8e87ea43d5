import { medians, round } from '../measure.ts';
import { packedProject } from '../packed-project.ts';
import { processMs } from '../process-time.ts';
import { type ClientConfig, type LocalStack, storeSecrets } from './local-stack.ts';
import type { PeerRow } from './peer-row.ts';
import { scriptedAgent } from './scripted-agent.ts';
import { FIRST_SECRET, IMPORTS } from './start-up-programs.ts';

const ROUNDS = 25;

/** Whole processes with the packages as they are published, less a Node that does nothing. */
export async function awsStartUp(localStack: LocalStack): Promise<PeerRow[]> {
  const { config, client } = await localStack.account();
  const [[id, value] = ['', '']] = await storeSecrets(client, 1);
  await using agent = await scriptedAgent(id, value);
  using project = packedProject({
    packed: ['core', 'aws'],
    others: [
      '@aws-sdk/client-secrets-manager',
      '@aws-lambda-powertools/parameters',
      '@middy/core',
      '@middy/secrets-manager',
    ],
  });
  const env = {
    ...environment(config),
    AWS_TOKEN: agent.token,
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String(agent.port),
    SECRET_ID: id,
    EXPECTED: value,
    HOME: project.folder,
  };
  const overBare = async <N extends string>(programs: Readonly<Record<N, string>>) => {
    const runs = Object.entries<string>({ bare: '', ...programs }).map(
      ([name, code]) => [name, () => processMs(code, { cwd: project.folder, env })] as const,
    );
    const times = await medians<N | 'bare'>(
      ROUNDS,
      Object.fromEntries(runs) as Record<N | 'bare', () => Promise<number>>,
    );
    return (name: N) => `${round(times[name] - times.bare)} ms`;
  };
  const imported = await overBare(IMPORTS);
  const had = await overBare(FIRST_SECRET);
  return [
    {
      what: 'import, over bare Node',
      keyturn: imported('keyturn'),
      sdk: imported('sdk'),
      powertools: imported('powertools'),
      middy: imported('middy'),
      aim: '10 ms',
    },
    {
      what: 'a process with its first secret, over bare Node',
      keyturn: had('keyturn'),
      sdk: had('sdk'),
      powertools: had('powertools'),
      middy: had('middy'),
      aim: "the SDK's + 5 ms",
    },
    {
      what: 'the same by the local agent (a scripted one)',
      keyturn: had('agent'),
      sdk: `\`fetch\` by hand: ${had('agentByFetch')}, \`node:http\` by hand: ${had('agentByHttp')}`,
      powertools: 'not for secrets',
      middy: 'no',
      aim: '25 ms',
    },
  ];
}

/** All that each of them has to be told, in the way that all of them understand. */
function environment({ endpoint, region, credentials }: ClientConfig): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
