import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldPick, fieldsPick, guardedPick } from '../../src/composition/pick.ts';
import { isSecret, secret } from '../../src/secret.ts';
import { failure, newText } from './scripted-source.ts';

const json = (value: unknown) => secret(JSON.stringify(value));
const pick = (value: unknown, field: string) => fieldPick(field, 'test')(value);
const revealed = (value: unknown, field: string) => {
  const part = pick(value, field);
  return isSecret(part) ? part.reveal() : `plain ${part}`;
};
const thrownBy = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('fieldPick of JSON in a Secret', () => {
  test.each([
    ['text', 'a', '"a"'],
    ['an empty text', '', '""'],
    ['a number', 5432, '5432'],
    ['a boolean', false, 'false'],
    ['an object', { b: [1, null, 'c'] }, '{"b":[1,null,"c"]}'],
    ['a list', ['x', 2], '["x",2]'],
    ['unicode', 'pä\u{1F511}\u2028', undefined],
    ['several lines', '-----BEGIN\nkey\n-----END\n', undefined],
  ])('%s comes out as a Secret: text as it is, all else as JSON', (_, value, printed) => {
    const part = pick(json({ field: value }), 'field');
    expect(isSecret(part)).toBe(true);
    expect(revealed(json({ field: value }), 'field')).toBe(typeof value === 'string' ? value : printed);
  });

  test('numbers are not rounded, at any depth', () => {
    const value = secret('{"id": 12345678901234567890, "in": {"it": [1.10]}}');
    expect([revealed(value, 'id'), revealed(value, 'in'), revealed(value, '/in/it/0')]).toEqual([
      '12345678901234567890',
      '{"it":[1.10]}',
      '1.10',
    ]);
  });

  test.each([
    ['', 'empty name'],
    ['a/b', 'slash'],
    ['__proto__', 'own proto'],
    ['constructor', 'own constructor'],
    ['hasOwnProperty', 'own method'],
    ['ключ', 'cyrillic'],
  ])('a field named %j is a field like any other', (name, value) => {
    expect(revealed(secret(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`), name)).toBe(value);
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'missing',
    '0',
    '/a/length',
    '/a/-',
    '/a/2',
    '/a/01',
    '/n/rawJSON',
    '/t/0',
    '/a/0/x',
    '/',
  ])('%s is no field where the JSON has none', (field) => {
    expect(thrownBy(() => pick(json({ a: ['x', 'y'], n: 1, t: 'text' }), field))).toMatchObject({
      code: 'not_found',
      message: `the secret has no field ${JSON.stringify(field)}`,
      source: 'test',
    });
  });

  test('a field that is null is told apart from a missing one', () => {
    expect(thrownBy(() => pick(json({ a: null }), 'a'))).toMatchObject({
      code: 'not_found',
      message: 'the field "a" of the secret is null',
    });
  });

  test('all pointers of RFC 6901, section 5, lead where they should', () => {
    const document = {
      foo: ['bar', 'baz'],
      '': 0,
      'a/b': 1,
      'c%d': 2,
      'e^f': 3,
      'g|h': 4,
      'i\\j': 5,
      'k"l': 6,
      ' ': 7,
      'm~n': 8,
    };
    const pointers = ['/foo', '/foo/0', '/', '/a~1b', '/c%d', '/e^f', '/g|h', '/i\\j', '/k"l', '/ ', '/m~0n'];
    expect(pointers.map((pointer) => revealed(json(document), pointer))).toEqual([
      '["bar","baz"]',
      'bar',
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
    ]);
  });

  test('the pointer to every value of any JSON finds it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }), (document) => {
        for (const { pointer, value } of leaves(document, '')) {
          if (value === null) continue;
          expect(revealed(json(document), pointer)).toBe(typeof value === 'string' ? value : JSON.stringify(value));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a malformed pointer fails before anything is picked', () => {
    expect(() => fieldPick('/a~', 'test')).toThrow(expect.objectContaining({ code: 'invalid_reference' }));
  });

  test.each(['"text"', '5', 'true', 'null', '12345678901234567890'])('%s is JSON, but has no fields', (text) => {
    expect(thrownBy(() => pick(secret(text), 'a'))).toMatchObject({
      code: 'invalid_response',
      message: 'the secret is JSON, but not an object',
    });
  });

  test.each([
    (text: string) => text,
    (text: string) => `{"a":"${text}`,
    (text: string) => `{"${text}":"${text}",}`,
    (text: string) => `[${text}]`,
  ])('what is no JSON is not quoted, at any depth of the error (%#)', (malformed) => {
    const text = newText();
    const error = thrownBy(() => pick(secret(malformed(text)), 'a'));
    expect(error).toMatchObject({ code: 'invalid_response', message: 'the secret is not JSON' });
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text);
  });

  test('JSON nested too deeply to read is an error like any other', () => {
    const error = thrownBy(() => pick(secret(`${'['.repeat(20_000)}${']'.repeat(20_000)}`), 'a'));
    expect(error).toMatchObject({ code: 'invalid_response' });
  });

  test('a missing field names the field and nothing of the contents', () => {
    const text = newText();
    const error = thrownBy(() => pick(json({ [text]: text, list: [text] }), '/list/7'));
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text);
  });

  test('binary data is no JSON', () => {
    expect(thrownBy(() => pick(secret(new Uint8Array([0xff, 0xfe])), 'a'))).toMatchObject({ code: 'invalid_response' });
  });
});

describe('fieldPick of a record', () => {
  const password = secret(newText());
  const record = { user: 'app', password, config: json({ db: { port: 5432 } }), 'a/b': 'slash' };

  test('gives its own Secrets and strings as they are', () => {
    expect([pick(record, 'user'), pick(record, 'password'), pick(record, 'a/b')]).toEqual(['app', password, 'slash']);
    expect(pick(record, 'password')).toBe(password);
  });

  test('a pointer names a field, and leads on into the JSON of its Secret', () => {
    expect([pick(record, '/user'), pick(record, '/a~1b'), revealed(record, '/config/db/port')]).toEqual([
      'app',
      'slash',
      '5432',
    ]);
  });

  test.each(['__proto__', 'constructor', 'missing', '/user/0', '/missing/db', '/config/nothing'])(
    '%s is no field',
    (field) => {
      expect(thrownBy(() => pick(record, field))).toMatchObject({ code: 'not_found' });
    },
  );

  test('a part that is neither Secret nor string is none', () => {
    expect(thrownBy(() => pick({ port: 5432, list: ['x'] }, 'port'))).toMatchObject({ code: 'not_found' });
    expect(thrownBy(() => pick({ list: ['x'] }, '/list/0'))).toMatchObject({ code: 'not_found' });
  });
});

describe('fieldsPick', () => {
  test('gives a record of the fields', () => {
    const part = fieldsPick(
      ['user', '/pass/word', '__proto__'],
      'test',
    )(secret('{"user":"app","pass":{"word":"x"},"__proto__":"own","more":1}')) as Record<string, unknown>;
    expect(Object.keys(part)).toEqual(['user', '/pass/word', '__proto__']);
    expect(Object.values(part).map((value) => isSecret(value) && value.reveal())).toEqual(['app', 'x', 'own']);
  });

  test('fails where one of them is missing', () => {
    expect(thrownBy(() => fieldsPick(['user', 'password'], 'test')(json({ user: 'app' })))).toMatchObject({
      code: 'not_found',
      message: 'the secret has no field "password"',
    });
  });
});

describe('guardedPick', () => {
  test('hands on what the function gives and the CredentialError that it throws', () => {
    const error = failure('not_found');
    expect(guardedPick((value) => [value], 'test')('a')).toEqual(['a']);
    expect(
      thrownBy(() =>
        guardedPick(() => {
          throw error;
        }, 'test')('a'),
      ),
    ).toBe(error);
  });

  test('hides what else it throws, which may quote the value', () => {
    const text = newText();
    const error = thrownBy(() => guardedPick((value) => JSON.parse(value as string), 'test')(text));
    expect(error).toMatchObject({
      code: 'invalid_response',
      message: 'the function given to select() failed (SyntaxError)',
      source: 'test',
    });
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text);
    const thrownText = thrownBy(() =>
      guardedPick((value) => {
        throw value;
      }, 'test')(text),
    );
    expect(thrownText).toMatchObject({ message: 'the function given to select() failed (string)' });
  });

  test('nothing is an error', () => {
    expect(thrownBy(() => guardedPick(() => undefined, 'test')('a'))).toMatchObject({ code: 'not_found' });
  });
});

function* leaves(value: unknown, pointer: string): Generator<{ pointer: string; value: unknown }> {
  if (pointer !== '') yield { pointer, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    yield* leaves(part, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}
