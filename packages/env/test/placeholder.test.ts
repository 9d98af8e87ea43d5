import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPlaceholder } from '../src/placeholder.ts';
import { inBraces } from './in-braces.ts';

const kinds = {
  'one of the "inputs"': [inBraces('input:github-token'), inBraces('promptString:key')],
  'a variable reference': [
    inBraces('VAR'),
    inBraces('env:VAR'),
    inBraces('VAR:-default'),
    inBraces('VAR?missing'),
    inBraces('user_config.api_key'),
    inBraces('userHome'),
    inBraces('{ secrets.API_KEY }'),
    '{{API_KEY}}',
    '{{ .Values.apiKey }}',
    '{{ api_key | quote }}',
    '$(API_KEY)',
    '$API_KEY',
    '$GITHUB_PAT',
    '%API_KEY%',
    ` ${inBraces('VAR')}\n`,
  ],
  'a reference to a secret manager': [
    'op://vault/item/field',
    'op://My Vault/My Item/section/password',
    'vault://secret/app?version=3#key',
    'aws-sm://arn:aws:secretsmanager:eu-west-1:123456789012:secret:app#/key',
    'aws-ssm:///app/key',
    'env://API_KEY',
    'oauth://google',
    'file:///run/secrets/api_key',
    'file:///var/run/secrets/api_key',
    'ref+vault://secret/app#/key',
    'gcp-sm://projects/1/secrets/key',
    'bws://1234',
    '@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/key)',
  ],
  'a masked copy': [
    'xxx',
    'XXXXXXXX',
    'sk-xxxxxxxx',
    'ghp_xxxxxxxxxxxx',
    ['xoxb', 'xxxx', 'xxxx', 'xxxx'].join('-'),
    '********',
    'sk-...',
    '...',
    '…',
    '[secret]',
    '[REDACTED]',
    '••••••••',
  ],
  'turned into text': ['undefined', 'null', '[object Object]', '[object Promise]'],
  'a sample text': [
    '<UNKNOWN>',
    '<your key>',
    '<YOUR_API_KEY>',
    '<your-github-token>',
    '<apiKey>',
    '<insert token here>',
    '< token >',
    'your-api-key-here',
    'sk-your-api-key-here',
    'sk-ant-your-key',
    'ghp_your_token_here',
    'your_acme_bot_token',
    'YOUR_API_KEY',
    'YOUR-SECRET-VALUE-HERE',
    'yourapikeyhere',
    'YourApiKey',
    'Your API key here',
    '[your token]',
    '{your-token}',
    '"your-token"',
    'Bearer your-token',
    'changeme',
    'ChangeMe!',
    'change-me',
    'change_this',
    'replace-me',
    'REPLACE_WITH_YOUR_KEY',
    'insert-token-here',
    'paste token here',
    'api-key-goes-here',
    'enter_your_password',
    'placeholder',
    'TODO',
    'FIXME',
  ],
};

describe('findPlaceholder', () => {
  describe.each(Object.entries(kinds))('names %s', (what, texts) => {
    test.each(texts)('for %j', (text) => {
      expect(findPlaceholder(text)?.what).toContain(what);
    });
  });

  test.each([
    `a${inBraces('VAR')}`,
    `${inBraces('VAR')}b`,
    `${inBraces('A')}${inBraces('B')}`,
    inBraces(''),
    inBraces('9'),
    '$UMMER2026',
    '$ecret',
    '$2b$12$abcdefghijklmnopqrstuv',
    'pa$$word',
    'pa$API_KEY',
    '$',
    '%41%42',
    '50%off%',
    '<x',
    'a<your key>',
    '<3abC9z>',
    'https://op://',
    'my-op://vault/item',
    'postgres://db.example.com/pa$$',
    'file:///data/app.db',
    'https://api.example.com',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:app',
    'xx',
    'xkcd',
    'sk-xx1xx',
    'correct-horse-battery-staple',
    'your-horse-battery-staple',
    'yourself',
    'changeit',
    'change-horses-midstream',
    'password',
    'secret',
    'test',
    'none',
    'dummy',
    'EMPTY',
    'nullable',
    'undefined-behaviour',
    '[object',
    'right-here',
    'todo-list-key',
    'Winter2026...',
    'wait...what',
    'dev-key-for-testing',
    '',
  ])('lets %j pass', (text) => {
    expect(findPlaceholder(text)).toBeUndefined();
  });

  test('a variable that refers to itself is one, whatever its name', () => {
    expect(findPlaceholder('$Summer', 'Summer')?.what).toContain('a variable reference');
    expect(findPlaceholder('$Summer', 'WINTER')).toBeUndefined();
    expect(findPlaceholder('$Summer')).toBeUndefined();
  });

  test('a long value is never one, and is answered at once', () => {
    expect(findPlaceholder('x'.repeat(257))).toBeUndefined();
    expect(findPlaceholder(inBraces('A'.repeat(1_000_000)))).toBeUndefined();
  });
});

const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
const BASE64URL = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const HEX = [...'0123456789abcdef'];

function charactersOf(alphabet: readonly string[], minLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...alphabet), { minLength, maxLength: 64 }).map((all) => all.join(''));
}

describe('findPlaceholder, on values as services issue them', () => {
  const prefixes = [
    '',
    'sk-',
    'sk-ant-api03-',
    'ghp_',
    'github_pat_',
    'xoxb-',
    'AKIA',
    'AIza',
    'glpat-',
    'hvs.',
    'eyJ',
    'op_',
  ];
  const keys = fc
    .tuple(fc.constantFrom(...prefixes), fc.oneof(charactersOf(BASE64URL, 16), charactersOf(HEX, 16)))
    .map(([prefix, rest]) => prefix + rest);

  test('never takes a random key for a placeholder', () => {
    fc.assert(
      fc.property(keys, (key) => findPlaceholder(key) === undefined),
      { numRuns: 5_000 },
    );
  });

  test('never takes a random password of printable characters for a placeholder', () => {
    fc.assert(
      fc.property(charactersOf(PRINTABLE, 8), (password) => findPlaceholder(password) === undefined),
      {
        numRuns: 5_000,
      },
    );
  });

  test('never takes a password for one because of the signs that mark placeholders', () => {
    const marks = fc.constantFrom('$', '%', '<', '>', '{', '}', '[', ']', '*', '.', '@', '://', inBraces('X'));
    const password = fc
      .tuple(charactersOf(BASE64URL, 6), fc.array(fc.tuple(marks, charactersOf(BASE64URL, 3)), { minLength: 1 }))
      .map(([head, tail]) => head + tail.flat().join(''));
    fc.assert(
      fc.property(password, (text) => findPlaceholder(text) === undefined),
      { numRuns: 5_000 },
    );
  });

  test('takes every sign in front of every placeholder as a part of a real value', () => {
    const placeholders = Object.values(kinds).flat();
    const bare = fc.constantFrom(...placeholders).filter((text) => !/[a-z0-9]/i.test(text[0]!) && text.trim() === text);
    fc.assert(fc.property(bare, (text) => findPlaceholder(`q7${text}`) === undefined));
  });
});
