import { expect, test } from 'vitest';
import { DEFAULT_PORT, parseArguments } from '../src/arguments.ts';
import { UserError } from '../src/user-error.ts';

test('without options the server speaks HTTP on its fixed port and everything is sandboxed', () => {
  expect(parseArguments([])).toEqual({
    transport: 'http',
    port: DEFAULT_PORT,
    live: new Set(),
    allowedOrigins: [],
    selfCheck: false,
    help: false,
  });
});

test('each upstream is made live on its own', () => {
  const { live } = parseArguments([
    '--upstream',
    'github=live',
    '--upstream=openai=live',
    '--upstream',
    'example=sandbox',
  ]);
  expect(live).toEqual(new Set(['github', 'openai']));
});

test('origins to allow are normalized', () => {
  expect(parseArguments(['--allow-origin', 'HTTPS://Api.Example.com:443']).allowedOrigins).toEqual([
    'https://api.example.com',
  ]);
});

test.each([
  ['an unknown option', ['--verbose']],
  ['a stray word', ['stdio']],
  ['a port that is no number', ['--port', '80a']],
  ['a port that is too large', ['--port', '65536']],
  ['an unknown upstream', ['--upstream', 'gitlab=live']],
  ['an unknown mode', ['--upstream', 'github=real']],
  ['an origin with a path', ['--allow-origin', 'https://api.example.com/v1']],
  ['an origin with credentials', ['--allow-origin', 'https://user@api.example.com']],
  ['an origin that is no web address', ['--allow-origin', 'file:///etc']],
])('%s is refused with a message for people', (_what, args) => {
  expect(() => parseArguments(args)).toThrow(UserError);
});
