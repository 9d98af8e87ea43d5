import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parameterPosition, parseReference, printReference, type Reference } from '../../src/references/reference.ts';
import { newText } from '../composition/scripted-source.ts';

const reference = (
  scheme: string,
  segments: string[],
  query: Record<string, string> = {},
  fragment?: string,
): Reference => ({
  scheme,
  segments,
  query,
  ...(fragment !== undefined && { fragment }),
});

describe('parseReference', () => {
  test.each<[text: string, parsed: Reference]>([
    ['env://GITHUB_TOKEN', reference('env', ['GITHUB_TOKEN'])],
    ['op://vault/item/field', reference('op', ['vault', 'item', 'field'])],
    ['op://My Vault/Item (prod)/section/field', reference('op', ['My Vault', 'Item (prod)', 'section', 'field'])],
    [
      'op://vault/item/one-time password?attribute=otp',
      reference('op', ['vault', 'item', 'one-time password'], { attribute: 'otp' }),
    ],
    [
      'aws-sm://arn:aws:secretsmanager:eu-west-1:123456789012:secret:App/Db-AbCdEf?stage=AWSPREVIOUS&region=eu-west-1#password',
      reference(
        'aws-sm',
        ['arn:aws:secretsmanager:eu-west-1:123456789012:secret:App', 'Db-AbCdEf'],
        { stage: 'AWSPREVIOUS', region: 'eu-west-1' },
        'password',
      ),
    ],
    [
      'vault://secret/Team/App?version=3#db.password',
      reference('vault', ['secret', 'Team', 'App'], { version: '3' }, 'db.password'),
    ],
    ['vault://secret/app#/db/pass~1word', reference('vault', ['secret', 'app'], {}, '/db/pass~1word')],
    ['oauth://family', reference('oauth', ['family'])],
    ['file:///run/secrets/x', reference('file', ['', 'run', 'secrets', 'x'])],
    ['file:///', reference('file', ['', ''])],
    ['x://a//b/', reference('x', ['a', '', 'b', ''])],
    ['x+y.z-1://a', reference('x+y.z-1', ['a'])],
    ['x://a%2Fb%3F%23%25', reference('x', ['a/b?#%'])],
    ['x://caf%C3%A9/caf\u00e9', reference('x', ['caf\u00e9', 'caf\u00e9'])],
    ['x://a%0A', reference('x', ['a\n'])],
    ['x://a?b=', reference('x', ['a'], { b: '' })],
    ['x://a?b=c=d', reference('x', ['a'], { b: 'c=d' })],
    ['x://a?b%3D=%26', reference('x', ['a'], { 'b=': '&' })],
    [
      'x://a?__proto__=1&constructor=2',
      reference('x', ['a'], { ['__proto__']: '1', constructor: '2' } as unknown as Record<string, string>),
    ],
    ['x://a#b?c', reference('x', ['a'], {}, 'b?c')],
    ['x://a#b#c', reference('x', ['a'], {}, 'b#c')],
    ['x://a?b=/c', reference('x', ['a'], { b: '/c' })],
    ['x://a?b=c?d', reference('x', ['a'], { b: 'c?d' })],
    ['x://:80@', reference('x', [':80@'])],
  ])('%s', (text, parsed) => {
    expect(parseReference(text)).toEqual(parsed);
    expect(Object.keys(parseReference(text).query)).toEqual(Object.keys(parsed.query));
    expect(parseReference(printReference(parsed))).toEqual(parsed);
  });

  test.each([
    ['', 1, 'scheme'],
    ['GITHUB_TOKEN', 1, 'scheme'],
    ['ENV://GITHUB_TOKEN', 1, 'scheme'],
    [' env://A', 1, 'scheme'],
    ['env:/A', 1, 'scheme'],
    ['1env://A', 1, 'scheme'],
    ['en v://A', 1, 'scheme'],
    ['://A', 1, 'scheme'],
    ['env://', 7, 'name is missing'],
    ['env://?a=b', 7, 'name is missing'],
    ['env://#field', 7, 'name is missing'],
    ['env://A\n', 8, 'control character'],
    ['env://A\u0000B', 8, 'control character'],
    ['env://A#b\u0085', 10, 'control character'],
    ['env://A?', 9, 'name=value'],
    ['env://A?b', 9, 'name=value'],
    ['env://A?=b', 9, 'name=value'],
    ['env://A?b=c&', 13, 'name=value'],
    ['env://A?b=c&&d=e', 13, 'name=value'],
    ['env://A?b=c&d#e', 13, 'name=value'],
    ['env://A?b=c&b=c', 13, 'given twice'],
    ['env://A?b=c&%62=d', 13, 'given twice'],
    ['env://A?__proto__=c&__proto__=d', 21, 'given twice'],
    ['env://A#', 8, 'name of a field is missing'],
    ['env://A%', 8, 'two hex digits'],
    ['env://A%4', 8, 'two hex digits'],
    ['env://A%zz', 8, 'two hex digits'],
    ['env://A/B%4x', 10, 'two hex digits'],
    ['env://A?b=%', 11, 'two hex digits'],
    ['env://A?%=b', 9, 'two hex digits'],
    ['env://A#b%', 10, 'two hex digits'],
    ['env://A/B%ff', 10, 'not UTF-8'],
    ['env://A%41/%C3', 12, 'not UTF-8'],
    ['env://A?b=%C3c', 11, 'not UTF-8'],
    ['env://A#%E2%82', 9, 'not UTF-8'],
    ['env://A#%ED%A0%80', 9, 'not UTF-8'],
  ])('%j is wrong at character %d: %s', (text, position, reason) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        code: 'invalid_reference',
        message: expect.stringMatching(new RegExp(`^invalid reference, at character ${position}: .*${reason}`)),
      }),
    );
  });

  test.each([
    (text: string) => text,
    (text: string) => `Bearer ${text}`,
    (text: string) => `-----BEGIN PRIVATE KEY-----\n${text}\n`,
    (text: string) => `{"key":"${text}"}`,
    (text: string) => `postgres://app:${text}%@db/app`,
    (text: string) => `https://hooks.example.com/${text}?${text}`,
    (text: string) => `env://${text}\n`,
    (text: string) => `vault://a?b=1&b=${text}`,
    (text: string) => `vault://a#${text}%`,
  ])('a secret that is pasted where a reference belongs is not quoted (%#)', (paste) => {
    const text = newText();
    let thrown: unknown;
    try {
      parseReference(paste(text));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'invalid_reference' });
    expect(inspect(thrown, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text);
  });
});

describe('printReference', () => {
  const text = fc.string({ unit: 'binary' });
  const references = fc
    .record({
      scheme: fc.stringMatching(/^[a-z][a-z0-9+.-]{0,8}$/),
      segments: fc.array(text, { minLength: 1, maxLength: 4 }),
      query: fc
        .dictionary(
          text.filter((name) => name !== ''),
          text,
          { maxKeys: 3 },
        )
        .map((query) => ({ ...query })),
      fragment: fc.option(
        text.filter((name) => name !== ''),
        { nil: undefined },
      ),
    })
    .filter(({ segments }) => segments.join('/') !== '')
    .map(({ scheme, segments, query, fragment }) => reference(scheme, segments, query, fragment));

  test('prints what parses to the same reference', () => {
    fc.assert(
      fc.property(references, (original) => {
        expect(parseReference(printReference(original))).toEqual(original);
      }),
    );
  });

  test('prints no more percent signs than it must', () => {
    const original = reference('aws-sm', ['arn:aws:sm:eu:1:secret:a', 'b c&d='], { 'a=b': 'c/d=e?' }, '/a/b?&=');
    expect(printReference(original)).toBe('aws-sm://arn:aws:sm:eu:1:secret:a/b c&d=?a%3Db=c/d=e%3F#/a/b%3F&=');
  });

  test('any text parses or fails with invalid_reference', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `env://${rest}`),
          fc.stringMatching(/^env:\/\/[%?#&=/a4C3]*$/),
        ),
        (anything) => {
          try {
            const parsed = parseReference(anything);
            expect(parseReference(printReference(parsed))).toEqual(parsed);
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_reference' });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('parameterPosition tells where a parameter begins', () => {
  const position = (text: string, name: string) => text.slice(parameterPosition(text, name) - 1);
  expect(position('x://a?b=1&c%41=2#d', 'cA')).toBe('c%41=2#d');
  expect(position('x://a?b=1', 'b')).toBe('b=1');
});
