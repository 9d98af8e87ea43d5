import type { SecretUse } from './secret-uses.ts';
import type { SecretReader } from './secrets-manager.ts';

export interface PolicyOptions {
  /** The account of the secrets that are named without ARN: 12 digits. */
  readonly account: string;
  /** The region of those that name none. */
  readonly region: string;
  /** Default: `aws`; `aws-cn`, `aws-us-gov` for those of their own. */
  readonly partition?: string;
  /** ARNs of the KMS keys that protect the secrets. Default: none, which fits the key `aws/secretsmanager`. */
  readonly kmsKeys?: readonly string[];
}

/** An IAM policy document; `JSON.stringify` gives its text. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * The IAM policy that `manager` needs for exactly the secrets that were asked of it so far, and for the calls it
 * makes for them. Call it after all sources and rotation stores are made; none has to be fetched.
 */
export function leastPrivilegePolicy(manager: Pick<SecretReader, 'uses'>, options: PolicyOptions): Policy {
  const arnsOf = (...kinds: SecretUse['access'][]) =>
    manager.uses.filter(({ access }) => kinds.includes(access)).map((use) => arnOf(use, options));
  const [current, all, rotated] = [arnsOf('current'), arnsOf('current', 'version', 'rotation'), arnsOf('rotation')];
  const actions = (names: readonly string[]) => names.map((name) => `secretsmanager:${name}`);
  return {
    Version: '2012-10-17',
    Statement: [
      ...statement('ReadSecrets', actions(['GetSecretValue']), all),
      ...statement('LearnRotationDates', actions(['DescribeSecret']), [...current, ...rotated]),
      // IAM knows no resources for this call; each secret in it needs GetSecretValue besides.
      ...statement('ReadSecretsInBatches', actions(['BatchGetSecretValue']), current.length > 1 ? ['*'] : []),
      ...statement('RotateSecrets', actions(['PutSecretValue', 'UpdateSecretVersionStage']), rotated),
      ...statement('RememberRotations', actions(['TagResource', 'UntagResource']), rotated, {
        'ForAllValues:StringLike': { 'aws:TagKeys': 'keyturn:*' },
      }),
      ...keyStatements(options, rotated.length > 0),
    ],
  };
}

function keyStatements({ kmsKeys = [], region, partition }: PolicyOptions, writes: boolean): PolicyStatement[] {
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const calls = writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  const regions = new Set(kmsKeys.map((key) => key.split(':')[3] || region));
  const services = [...regions].map((name) => `secretsmanager.${name}.${domain}`);
  return statement('UseKeysOfSecrets', calls, kmsKeys, { StringEquals: { 'kms:ViaService': services } });
}

function statement(
  Sid: string,
  Action: readonly string[],
  resources: readonly string[],
  Condition?: PolicyStatement['Condition'],
): PolicyStatement[] {
  const Resource = [...new Set(resources)].sort();
  if (Resource.length === 0) return [];
  return [{ Sid, Effect: 'Allow', Action, Resource, ...(Condition !== undefined && { Condition }) }];
}

/** AWS puts six random characters behind a name: `?` stands for one of them, so that no longer name matches too. */
function arnOf({ id, region }: SecretUse, { account, partition = 'aws', region: other }: PolicyOptions): string {
  if (/^arn:.*-[A-Za-z0-9]{6}$/.test(id)) return id;
  if (id.startsWith('arn:')) return `${id}-??????`;
  return `arn:${partition}:secretsmanager:${region ?? other}:${account}:secret:${id}-??????`;
}
