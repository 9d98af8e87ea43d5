import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { schemaCheck } from '../../src/composition/check-schema.ts';
import type { SchemaIssue, StandardSchema } from '../../src/composition/standard-schema.ts';
import { type Secret, secret } from '../../src/secret.ts';
import { credentialOf, jsonCredential, newText, rejection, textCredential } from './scripted-source.ts';

const record = { user: 'app', password: secret(newText()), port: '5432' };

function schemaOf(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}
const withIssues = (issues: readonly SchemaIssue[]) => schemaOf(() => ({ issues }));
const check = (schema: StandardSchema, credential = textCredential(newText())) =>
  schemaCheck<Secret>(schema, 'test')(credential);

describe('schemaCheck', () => {
  test('judges the text of a Secret', async () => {
    await check(z.string().min(5));
    expect(await rejection(check(z.string().max(5)))).toMatchObject({
      code: 'invalid_response',
      source: 'test',
      message: 'the value does not fit its schema at the value itself',
    });
  });

  test('judges a record with its secrets revealed, and tells the paths that fail, each once', async () => {
    const good = z.object({ user: z.literal('app'), password: z.string().length(32), port: z.coerce.number() });
    await schemaCheck(good, 'test')(credentialOf(record));
    const bad = z.object({ user: z.string().max(1).email(), password: z.string().max(1), token: z.string() });
    const error = await rejection(schemaCheck(bad, 'test')(credentialOf(record)));
    expect(error.message).toBe('the value does not fit its schema at user, password, token');
  });

  test('only judges: the value stays what it was', async () => {
    const credential = textCredential('a');
    await check(
      z.string().transform((text) => text.length),
      credential,
    );
    expect(credential.value.reveal()).toBe('a');
  });

  test('paths lead into JSON, and their steps may be objects', async () => {
    const parsed = z
      .string()
      .transform((text) => JSON.parse(text) as unknown)
      .pipe(z.object({ db: z.object({ ports: z.array(z.number()) }) }));
    const error = await rejection(check(parsed, jsonCredential({ db: { ports: [1, 'x'] } })));
    expect(error.message).toBe('the value does not fit its schema at db.ports.1');
    const steps = withIssues([
      { message: 'no', path: [{ key: 'db' }, 'user'] },
      { message: 'no', path: [Symbol('tag')] },
    ]);
    expect((await rejection(check(steps))).message).toBe('the value does not fit its schema at db.user, (hidden)');
  });

  test('keys that are data are not shown', async () => {
    const apiKey = newText();
    const roles = z
      .string()
      .transform((text) => JSON.parse(text) as unknown)
      .pipe(z.record(z.string(), z.enum(['reader', 'writer'])));
    const error = await rejection(check(roles, jsonCredential({ [apiKey]: 'root' })));
    expect(error.message).toBe('the value does not fit its schema at (hidden)');
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain(apiKey);
  });

  test('messages that quote the value are dropped', async () => {
    const text = newText();
    const schemas = [
      z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` }),
      withIssues([{ message: text }]),
      schemaOf((value) => {
        throw new Error(`cannot read ${String(value)}`);
      }),
      schemaOf(async (value) => {
        throw value;
      }),
      schemaOf(() => undefined as never),
    ];
    for (const schema of schemas) {
      const error = await rejection(check(schema, textCredential(text)));
      expect(error.code).toBe('invalid_response');
      expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text);
    }
  });

  test('a schema that throws is told from one that refuses', async () => {
    const broken = schemaOf(() => {
      throw new RangeError('no');
    });
    expect((await rejection(check(broken))).message).toBe('the schema itself failed (RangeError)');
  });

  test('an asynchronous schema is awaited', async () => {
    await check(z.string().refine(async (text) => text.length > 5));
    expect(await rejection(check(z.string().refine(async () => false)))).toMatchObject({ code: 'invalid_response' });
  });

  test('a refusal without issues is one', async () => {
    expect((await rejection(check(withIssues([])))).message).toBe('the value does not fit its schema');
  });

  test('binary data is no text to judge', async () => {
    const binary = credentialOf(secret(new Uint8Array([0xff])));
    expect((await rejection(check(z.string(), binary))).message).toBe('the secret is binary data, not UTF-8 text');
  });

  test('a bare text of a record is judged as it is', async () => {
    await schemaCheck(z.literal('app'), 'test')(credentialOf('app'));
    expect(await rejection(schemaCheck(z.literal('root'), 'test')(credentialOf('app')))).toMatchObject({
      code: 'invalid_response',
    });
  });
});
