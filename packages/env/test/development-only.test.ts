import { type CredentialSource, fixedSource, type Secret, secret } from '@keyturn/core';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { developmentOnly, envSource, forEnvironment } from '../src/index.ts';
import { failure, fetchContext, revealed, thrown } from './fetch-context.ts';

const source = fixedSource(secret('dev-key-for-testing'), { name: 'test key' });

beforeEach(() => {
  vi.stubEnv('MCP_ENV', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('developmentOnly, made outside of any branch', () => {
  test('yields what the source yields in development', async () => {
    vi.stubEnv('MCP_ENV', 'development');
    expect(await revealed(developmentOnly(source))).toBe('dev-key-for-testing');
  });

  test.each(['production', 'staging', 'test', 'Development', ''])('is denied where MCP_ENV is %j', async (name) => {
    vi.stubEnv('MCP_ENV', name);
    const error = await failure(developmentOnly(source));
    expect(error).toMatchObject({
      code: 'access_denied',
      source: 'test key',
      hint: expect.stringContaining('MCP_ENV'),
    });
    expect(error.message).toBe('test key may be used in development only');
  });

  test('is denied where MCP_ENV is not set: nobody said that this is development', async () => {
    expect((await failure(developmentOnly(source))).code).toBe('access_denied');
  });

  test('never asks the source where it is denied', async () => {
    const asked = vi.fn();
    await failure(developmentOnly({ name: 'test key', fetch: asked }));
    expect(asked).not.toHaveBeenCalled();
  });

  test('looks at every fetch, since a source may outlive its moment', async () => {
    const marked = developmentOnly(source);
    vi.stubEnv('MCP_ENV', 'development');
    expect(await revealed(marked)).toBe('dev-key-for-testing');
    vi.stubEnv('MCP_ENV', 'production');
    expect((await failure(marked)).code).toBe('access_denied');
  });

  test('reads another variable, and allows other environments, where told to', async () => {
    const options = { variable: 'STAGE', environments: ['local', 'ci'] };
    const inStage = (STAGE: string) => developmentOnly(source, { ...options, env: { STAGE } });
    expect(await revealed(inStage('ci'))).toBe('dev-key-for-testing');
    const error = await failure(inStage('development'));
    expect(error.message).toBe('test key may be used in local or ci only');
    expect(error.hint).toContain('STAGE');
  });
});

describe('developmentOnly, made in a branch of forEnvironment', () => {
  const branches = {
    development: () => developmentOnly(source),
    staging: () => developmentOnly(source),
    production: () => developmentOnly(source),
  };

  test('yields in the development branch, also where that was chosen by default', async () => {
    expect(await revealed(forEnvironment(branches, { default: 'development' }))).toBe('dev-key-for-testing');
    expect(await revealed(forEnvironment(branches, { env: { MCP_ENV: 'development' } }))).toBe('dev-key-for-testing');
  });

  test.each(['staging', 'production'])('is denied in the branch %s', async (MCP_ENV) => {
    expect((await failure(forEnvironment(branches, { env: { MCP_ENV } }))).code).toBe('access_denied');
  });

  test('is denied in production also behind objects, helpers and other variables', async () => {
    const shared = () => ({ deep: [{ key: developmentOnly(source) }] });
    const options = { variable: 'STAGE', env: { STAGE: 'production', MCP_ENV: 'development' } };
    const { deep } = forEnvironment({ development: shared, production: shared }, options);
    expect((await failure(deep[0]!.key)).code).toBe('access_denied');
  });

  test('belongs to its branch also after an await in it', async () => {
    const late = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return { key: developmentOnly(source) };
    };
    const development = await forEnvironment({ development: late }, { default: 'development' });
    expect(await revealed(development.key)).toBe('dev-key-for-testing');
    const production = await forEnvironment({ production: late }, { default: 'production' });
    expect((await failure(production.key)).code).toBe('access_denied');
  });

  test('made before the branch, it is ruled by the variable alone', async () => {
    const marked = developmentOnly(source);
    const chosen = forEnvironment({ production: () => marked }, { default: 'production' });
    expect((await failure(chosen)).code).toBe('access_denied');
  });

  test('the branch is over when it has answered', async () => {
    forEnvironment({ development: () => undefined }, { default: 'development' });
    expect((await failure(developmentOnly(source))).code).toBe('access_denied');
  });
});

describe('developmentOnly, as a source', () => {
  test('has the name of the source it marks', () => {
    expect(developmentOnly(envSource('API_KEY')).name).toBe('env:API_KEY');
  });

  test('refuses a variable of no valid name when it is made', () => {
    expect(thrown(() => developmentOnly(source, { variable: 'MCP ENV' })).code).toBe('invalid_reference');
  });

  test('hands the context on and gives back what was minted', async () => {
    class Minting implements CredentialSource {
      readonly name = 'minting';
      readonly released: unknown[] = [];
      readonly #value = secret('minted');
      async fetch() {
        const origin = { adapter: 'test', reference: 'test', fetchedAt: new Date() };
        return { value: this.#value, lease: this, origin };
      }
      async release(credential: unknown) {
        this.released.push(credential);
      }
    }
    const minting = new Minting();
    const marked = developmentOnly(minting, { env: { MCP_ENV: 'development' } });
    const context = fetchContext();
    const credential = await marked.fetch(context);
    await marked.release?.(credential, context);
    expect(minting.released).toEqual([credential]);
  });

  test('has no release where the source has none', () => {
    expect('release' in developmentOnly(source)).toBe(false);
  });

  test('keeps the type of the value', () => {
    expectTypeOf(developmentOnly(envSource('X'))).toEqualTypeOf<CredentialSource<Secret>>();
    const record = fixedSource({ user: 'u', password: secret('p') });
    expectTypeOf(developmentOnly(record)).toEqualTypeOf<typeof record>();
  });
});
