/** ES modules that load what is needed to read a secret. */
export const IMPORTS = {
  keyturn: "import '@keyturn/core'; import '@keyturn/aws';",
  sdk: "import '@aws-sdk/client-secrets-manager';",
  powertools: "import '@aws-lambda-powertools/parameters/secrets';",
  middy: "import '@middy/core'; import '@middy/secrets-manager';",
};

const READ = {
  keyturn: `
import { refreshing } from '@keyturn/core';
import { secretsManager } from '@keyturn/aws';
const value = await refreshing(secretsManager().secret(process.env.SECRET_ID)).reveal();`,
  sdk: `
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
const command = new GetSecretValueCommand({ SecretId: process.env.SECRET_ID });
const { SecretString: value } = await new SecretsManagerClient().send(command);`,
  powertools: `
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
const value = await getSecret(process.env.SECRET_ID);`,
  middy: `
import middy from '@middy/core';
import secretsManager from '@middy/secrets-manager';
const handler = middy()
  .use(secretsManager({ fetchData: { value: process.env.SECRET_ID }, setToContext: true }))
  .handler((event, context) => context.value);
const value = await handler({}, {});`,
  agent: `
import { refreshing } from '@keyturn/core';
import { secretsManager } from '@keyturn/aws';
const manager = secretsManager({ backend: 'agent' });
const value = await refreshing(manager.secret(process.env.SECRET_ID)).reveal();`,
  agentByFetch: `
const { env } = process;
const url = 'http://localhost:' + env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT + '/secretsmanager/get?secretId=' + env.SECRET_ID;
const answer = await fetch(url, { headers: { 'x-aws-parameters-secrets-token': env.AWS_TOKEN } });
const { SecretString: value } = await answer.json();`,
  // An import of node:http would load the whole of fetch with it.
  agentByHttp: `
const { get } = process.getBuiltinModule('node:http');
const { env } = process;
const url = 'http://localhost:' + env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT + '/secretsmanager/get?secretId=' + env.SECRET_ID;
const text = await new Promise((resolve, reject) => {
  get(url, { headers: { 'x-aws-parameters-secrets-token': env.AWS_TOKEN } }, (answer) => {
    const chunks = [];
    answer.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks).toString()));
  }).on('error', reject);
});
const { SecretString: value } = JSON.parse(text);`,
};

/** ES modules that read one secret and fail where it is not the expected one. */
export const FIRST_SECRET = Object.fromEntries(
  Object.entries(READ).map(([name, code]) => [
    name,
    `${code}\nif (value !== process.env.EXPECTED) throw new Error('not the secret');`,
  ]),
) as Record<keyof typeof READ, string>;
