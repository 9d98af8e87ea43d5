import { describe, expect, test } from 'vitest';
import { secretsManager } from '../src/index.ts';
import { thrown } from './fetching.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-AbCdEf';
const { secret } = secretsManager();

describe('an id that AWS takes', () => {
  test.each(['a', 'app/database', '/app/db', 'a_b+c=d.e@f-g', 'rds!db-1234', 'x'.repeat(512), ARN, ARN.slice(0, -7)])(
    '%s',
    (id) => {
      expect(secret(id).name).toBe(`aws:${id}`);
    },
  );

  test.each(['aws-cn:secretsmanager:cn-north-1', 'aws-us-gov:secretsmanager:us-gov-west-1'])('an ARN of %s', (part) => {
    expect(() => secret(`arn:${part}:123456789012:secret:app-AbCdEf`)).not.toThrow();
  });
});

describe('an id that AWS refuses is told before anything is asked', () => {
  test.each([
    ['nothing', ''],
    ['a space', 'my key'],
    ['a colon', 'app:db'],
    ['a letter that is not ASCII', 'clé'],
    ['a line break', 'app\n'],
    ['a name of 513 characters', 'x'.repeat(513)],
    ['an ARN of 2049 characters', ARN.padEnd(2_049, 'x')],
    ['an ARN of something else', 'arn:aws:s3:eu-west-1:123456789012:secret:app'],
    ['an ARN without account', 'arn:aws:secretsmanager:eu-west-1::secret:app'],
    ['an ARN without name', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:'],
  ])('%s', (_, id) => {
    const error = thrown(() => secret(id));
    expect(error).toMatchObject({ code: 'invalid_reference', source: 'aws', hint: expect.any(String) });
    // A secret that was pasted where its name belongs must not come back in a message.
    if (id !== '') expect(`${error.message} ${error.hint}`).not.toContain(id);
  });

  test('with the position of a character that does not belong', () => {
    expect(thrown(() => secret('app/dätabase')).message).toContain('position 6 ');
    expect(thrown(() => secret(`${ARN.slice(0, -7)}#x`)).message).toContain(`position ${ARN.length - 6} `);
  });
});

test.each([
  ['an empty stage', { stage: '' }],
  ['a stage of 257 characters', { stage: 'x'.repeat(257) }],
  ['a version id that is too short', { versionId: '1' }],
  ['a version id that is too long', { versionId: 'x'.repeat(65) }],
  ['a region that is none', { region: 'Frankfurt' }],
])('%s is invalid_reference', (_, options) => {
  expect(thrown(() => secret('app', options))).toMatchObject({ code: 'invalid_reference', hint: expect.any(String) });
});

test('a region that is none is refused when it is given for all', () => {
  expect(thrown(() => secretsManager({ region: 'eu_west_1' }))).toMatchObject({ code: 'invalid_reference' });
});

test('an ARN does not go with another region than its own', () => {
  expect(thrown(() => secret(ARN, { region: 'us-east-1' }))).toMatchObject({ code: 'invalid_reference' });
  expect(() => secret(ARN, { region: 'eu-west-1' })).not.toThrow();
});

test('stage and version stand in the name of the source', () => {
  expect(secret('app', { stage: 'AWSPREVIOUS' }).name).toBe('aws:app (AWSPREVIOUS)');
  expect(secret('app', { stage: 'AWSCURRENT' }).name).toBe('aws:app');
  const versionId = '00000000-0000-4000-8000-000000000000';
  expect(secret('app', { versionId }).name).toBe(`aws:app (${versionId})`);
});

test.each(['localhost:4566', 'ftp://localhost', ''])('the endpoint "%s" is refused at once', (endpoint) => {
  expect(thrown(() => secretsManager({ endpoint }))).toMatchObject({ code: 'invalid_reference' });
  expect(thrown(() => secretsManager({ backend: 'agent', endpoint }))).toMatchObject({ code: 'invalid_reference' });
});
