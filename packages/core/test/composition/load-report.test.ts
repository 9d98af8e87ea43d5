import { expect, test } from 'vitest';
import { loadCredentials, type Manifest, optional, required } from '../../src/composition/load-credentials.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { secret } from '../../src/secret.ts';
import { failing, newText, scriptedSource } from './scripted-source.ts';

async function reportOf(manifest: Manifest): Promise<string> {
  const error: unknown = await loadCredentials(manifest).catch((reason: unknown) => reason);
  return error instanceof AggregateError ? error.message : 'no report';
}

const unset = (name: string) =>
  scriptedSource(`env:${name}`, failing('not_configured', { source: `env:${name}`, hint: `set ${name}` }));

test('the report lists everything that is missing, with its description, source and hint, and no value', async () => {
  const value = newText();
  const report = await reportOf({
    github: required(unset('GITHUB_TOKEN'), 'GitHub personal access token'),
    openai: required(fixedSource(secret(value), { name: 'env:OPENAI_API_KEY' }), 'OpenAI API key'),
    database: required(scriptedSource('vault:db', failing('not_found')), 'Database login'),
    billing: required(
      scriptedSource(
        'aws-sm:billing',
        failing('access_denied', { source: 'aws-sm:billing', hint: 'allow GetSecretValue' }),
      ),
      'Billing key',
    ),
    slack: optional(unset('SLACK_BOT_TOKEN'), 'Slack bot token (for notifications)'),
    pager: optional(scriptedSource('vault:pager', failing('not_found')), 'Pager key'),
  });
  expect(report).toMatchInlineSnapshot(`
    "Missing required credentials:
      - github: GitHub personal access token
          env:GITHUB_TOKEN: it is not_configured (not_configured)
          set GITHUB_TOKEN
      - database: Database login
          vault:db: it is not_found (not_found)
    Credentials that could not be loaded:
      - billing: Billing key
          aws-sm:billing: it is access_denied (access_denied)
          allow GetSecretValue
      - pager: Pager key
          vault:pager: it is not_found (not_found)
    Optional, not set:
      - slack: Slack bot token (for notifications)
          env:SLACK_BOT_TOKEN: it is not_configured (not_configured)
          set SLACK_BOT_TOKEN"
  `);
  expect(report).not.toContain(value);
});

test('the report has only the sections it needs', async () => {
  expect(await reportOf({ key: required(unset('KEY'), 'A key') })).toMatchInlineSnapshot(`
    "Missing required credentials:
      - key: A key
          env:KEY: it is not_configured (not_configured)
          set KEY"
  `);
  expect(
    await reportOf({
      key: optional(scriptedSource('vault:key', failing('unreachable', { retryAfterMs: 60_000 })), 'A key'),
    }),
  ).toMatchInlineSnapshot(`
    "Credentials that could not be loaded:
      - key: A key
          vault:key: it is unreachable (unreachable)"
  `);
});
