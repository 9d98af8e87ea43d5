import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { forEnvironment } from '../src/index.ts';
import { thrown } from './fetch-context.ts';
import { generatedSecret } from './generated-secret.ts';
import { inBraces } from './in-braces.ts';

const branches = {
  development: () => ({ baseUrl: 'http://localhost:8000', debug: true }),
  staging: () => ({ baseUrl: 'https://staging-api.example.com', debug: true }),
  production: () => ({ baseUrl: 'https://api.example.com', debug: false }),
};

beforeEach(() => {
  vi.stubEnv('MCP_ENV', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('forEnvironment', () => {
  test.each(['development', 'staging', 'production'] as const)('answers what the branch %s answers', (name) => {
    vi.stubEnv('MCP_ENV', name);
    expect(forEnvironment(branches)).toEqual(branches[name]());
  });

  test('calls no other branch', () => {
    const never = vi.fn();
    const once = vi.fn(() => 'chosen');
    expect(forEnvironment({ development: never, production: once }, { env: { MCP_ENV: 'production' } })).toBe('chosen');
    expect(once).toHaveBeenCalledTimes(1);
    expect(never).not.toHaveBeenCalled();
  });

  test('reads another variable where told to', () => {
    const options = { variable: 'APP_STAGE', env: { MCP_ENV: 'production', APP_STAGE: 'staging' } };
    expect(forEnvironment(branches, options).baseUrl).toContain('staging');
  });

  test('takes branches of any name', () => {
    expect(forEnvironment({ eu: () => 1, us: () => 2 }, { env: { MCP_ENV: 'us' } })).toBe(2);
  });

  test('white space around the name is dropped', () => {
    expect(forEnvironment(branches, { env: { MCP_ENV: 'production \r' } }).debug).toBe(false);
  });

  test.each(['prodution', 'Production', 'toString', '__proto__', inBraces('MCP_ENV')])(
    'a name without a branch (%j) is an error that lists the known ones, not development',
    (name) => {
      const error = thrown(() => forEnvironment(branches, { env: { MCP_ENV: name }, default: 'development' }));
      expect(error.code).toBe('invalid_reference');
      expect(error.message).toContain('MCP_ENV');
      expect(error.message).toContain('development, staging, production');
      expect(error.hint).toContain('development, staging, production');
    },
  );

  test('the error quotes a name but nothing that may be a secret', () => {
    expect(thrown(() => forEnvironment(branches, { env: { MCP_ENV: 'prodution' } })).message).toContain('"prodution"');
    const value = generatedSecret();
    const { message, hint } = thrown(() => forEnvironment(branches, { env: { MCP_ENV: value } }));
    expect(`${message} ${hint}`).not.toContain(value);
  });

  test.each([{}, { MCP_ENV: '' }, { MCP_ENV: '  ' }])('without the variable (%j) the default is taken', (env) => {
    expect(forEnvironment(branches, { env, default: 'staging' }).baseUrl).toContain('staging');
  });

  test('without the variable and without a default it is an error that lists the known ones', () => {
    const error = thrown(() => forEnvironment(branches));
    expect(error).toMatchObject({ code: 'not_configured', message: 'MCP_ENV is not set' });
    expect(error.hint).toContain('development, staging, production');
    expect(thrown(() => forEnvironment(branches, { variable: 'STAGE', env: {} })).message).toBe('STAGE is not set');
  });

  test('what is no name of a variable is refused', () => {
    expect(thrown(() => forEnvironment(branches, { variable: 'MCP ENV' })).code).toBe('invalid_reference');
  });

  test('what a branch throws is thrown as it is', () => {
    const error = new Error('broken');
    const broken = () => {
      throw error;
    };
    expect(() => forEnvironment({ development: broken }, { default: 'development' })).toThrow(error);
  });

  test('an async branch is answered as its promise', async () => {
    const answer = forEnvironment({ production: async () => 1, development: async () => 2 }, { default: 'production' });
    expectTypeOf(answer).toEqualTypeOf<Promise<number>>();
    expect(await answer).toBe(1);
  });

  test('the type is what the branches have in common', () => {
    const settings = forEnvironment(branches, { default: 'development' });
    expectTypeOf(settings).toEqualTypeOf<{ baseUrl: string; debug: boolean }>();
    const mixed = forEnvironment({ a: () => 'text' as const, b: () => 1 as const }, { default: 'a' });
    expectTypeOf(mixed).toEqualTypeOf<'text' | 1>();
  });

  test('a default without a branch does not compile', () => {
    // @ts-expect-error there is no branch of this name
    expect(thrown(() => forEnvironment(branches, { default: 'test' })).code).toBe('invalid_reference');
  });
});
