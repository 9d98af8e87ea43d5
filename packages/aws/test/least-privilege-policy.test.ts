import { describe, expect, test } from 'vitest';
import { leastPrivilegePolicy, secretsManager } from '../src/index.ts';

const HERE = { account: '123456789012', region: 'eu-west-1' };
const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:app/db-AbCdEf';
const arn = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-??????`;

/** Each action with the resources it is allowed on. */
function allowed(policy: ReturnType<typeof leastPrivilegePolicy>): Record<string, readonly string[]> {
  const entries = policy.Statement.flatMap(({ Action, Resource }) =>
    Action.map((action) => [action, Resource] as const),
  );
  return Object.fromEntries(entries.map(([action, resources]) => [action.replace('secretsmanager:', ''), resources]));
}

describe('the policy', () => {
  test('for one secret allows two calls on it and nothing else', () => {
    const manager = secretsManager();
    manager.secret('app/key');
    expect(leastPrivilegePolicy(manager, HERE)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'ReadSecrets', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [arn('app/key')] },
        {
          Sid: 'LearnRotationDates',
          Effect: 'Allow',
          Action: ['secretsmanager:DescribeSecret'],
          Resource: [arn('app/key')],
        },
      ],
    });
  });

  test('for several allows the batch, for which IAM knows no resources', () => {
    const manager = secretsManager();
    manager.secret('a');
    manager.secret('b');
    manager.secret('b');
    expect(manager.uses).toEqual(['a', 'b'].map((id) => ({ id, access: 'current' })));
    expect(allowed(leastPrivilegePolicy(manager, HERE))).toEqual({
      GetSecretValue: [arn('a'), arn('b')],
      DescribeSecret: [arn('a'), arn('b')],
      BatchGetSecretValue: ['*'],
    });
  });

  test('for a stage or a version allows to read it, no more', () => {
    const manager = secretsManager();
    manager.secret('a', { stage: 'AWSPREVIOUS' });
    manager.secret('b', { stage: 'AWSPREVIOUS' });
    expect(allowed(leastPrivilegePolicy(manager, HERE))).toEqual({ GetSecretValue: [arn('a'), arn('b')] });
  });

  test('names secrets by their ARN, region and partition', () => {
    const manager = secretsManager();
    manager.secret(ARN);
    manager.secret(ARN.slice(0, -7));
    manager.secret('abroad', { region: 'eu-central-1' });
    const { GetSecretValue } = allowed(leastPrivilegePolicy(manager, { ...HERE, partition: 'aws-eusc' }));
    expect(GetSecretValue).toEqual([
      'arn:aws-eusc:secretsmanager:eu-central-1:123456789012:secret:abroad-??????',
      ARN.replace('AbCdEf', '??????'),
      ARN,
    ]);
  });

  test('for a rotation allows to write that secret, and to tag it for Keyturn alone', () => {
    const manager = secretsManager();
    manager.rotationStore('app/key');
    const policy = leastPrivilegePolicy(manager, HERE);
    const calls = ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'];
    const names = [...calls, 'TagResource', 'UntagResource'];
    expect(allowed(policy)).toEqual(Object.fromEntries(names.map((name) => [name, [arn('app/key')]])));
    expect(policy.Statement.at(-1)?.Condition).toEqual({
      'ForAllValues:StringLike': { 'aws:TagKeys': 'keyturn:*' },
    });
  });

  test('allows the keys of the secrets, through Secrets Manager only', () => {
    const manager = secretsManager();
    manager.secret('a');
    const kmsKeys = ['arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555'];
    const read = leastPrivilegePolicy(manager, { ...HERE, kmsKeys }).Statement.at(-1);
    expect(read).toMatchObject({ Action: ['kms:Decrypt'], Resource: kmsKeys });
    expect(read?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': ['secretsmanager.eu-west-1.amazonaws.com'] },
    });
    manager.rotationStore('a');
    const written = leastPrivilegePolicy(manager, { ...HERE, kmsKeys }).Statement.at(-1);
    expect(written?.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
  });

  test('of a manager that was asked for nothing allows nothing', () => {
    expect(leastPrivilegePolicy(secretsManager(), HERE).Statement).toEqual([]);
  });
});
