import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientConfiguration } from '../src/client-configuration.ts';
import { mainFile } from './support/run-main.ts';

const bare = { upstreams: [], variables: [], allowedOrigins: [], environment: 'development' };
const repository = join(import.meta.dirname, '..', '..', '..');

test("it names this repository's own Node by the path that outlives its updates", () => {
  const { command } = clientConfiguration({ ...bare, mainFile });
  expect(command).toBe(join(repository, 'node_modules', 'node', 'bin', 'node'));
});

test('outside of a repository it names the Node that runs', () => {
  const { command } = clientConfiguration({
    ...bare,
    mainFile: '/somewhere/else/main.js',
  });
  expect(command).toBe(process.execPath);
});

/** As Claude Code writes a variable. */
const placeholder = (name: string) => ['$', '{', name, '}'].join('');

test('it repeats what the server was started with, and holds live keys and further variables by name', () => {
  const { args, env } = clientConfiguration({
    mainFile,
    upstreams: [
      { name: 'github', mode: 'live', baseUrl: 'https://api.github.com', variable: 'GITHUB_TOKEN' },
      { name: 'openai', mode: 'sandbox', baseUrl: 'http://127.0.0.1:1', variable: 'SANDBOX_OPENAI_API_KEY' },
    ],
    variables: ['AWS_REGION'],
    allowedOrigins: ['https://api.example.com'],
    environment: 'production',
  });
  expect(args).toEqual([mainFile, '--stdio', '--upstream', 'github=live', '--allow-origin', 'https://api.example.com']);
  expect(env).toEqual({
    MCP_ENV: 'production',
    GITHUB_TOKEN: placeholder('GITHUB_TOKEN'),
    AWS_REGION: placeholder('AWS_REGION'),
  });
});
