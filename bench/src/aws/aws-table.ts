import manifest from '../../package.json' with { type: 'json' };
import type { Table } from '../table.ts';
import { awsCachedGet } from './cached-get.ts';
import { awsFirstGets } from './first-gets.ts';
import type { LocalStack } from './local-stack.ts';
import { awsManySecrets } from './many-secrets.ts';
import { awsOutage } from './outage.ts';
import type { PeerRow } from './peer-row.ts';
import { awsRotation } from './rotation.ts';
import { awsStartUp } from './start-up.ts';

const { devDependencies: versions } = manifest;

/** `@keyturn/aws` and what else reads Secrets Manager from Node, each with its defaults where nothing else is said. */
export function awsTable(localStack: LocalStack): Table<PeerRow> {
  return {
    title: 'AWS Secrets Manager',
    columns: [
      'what',
      'Keyturn',
      `AWS SDK ${versions['@aws-sdk/client-secrets-manager']}`,
      `Powertools parameters ${versions['@aws-lambda-powertools/parameters']}`,
      `middy ${versions['@middy/secrets-manager']}`,
      'aim',
    ],
    cells: ({ what, keyturn, sdk, powertools, middy, aim = '' }) => [what, keyturn, sdk, powertools, middy, aim],
    groups: {
      awsFirstGets: () => awsFirstGets(localStack),
      awsManySecrets: () => awsManySecrets(localStack),
      awsCachedGet: () => awsCachedGet(localStack),
      awsStartUp: () => awsStartUp(localStack),
      awsRotation: () => awsRotation(localStack),
      awsOutage: () => awsOutage(localStack),
    },
  };
}
