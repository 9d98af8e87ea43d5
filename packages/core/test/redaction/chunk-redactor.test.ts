import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkRedactor } from '../../src/redaction/chunk-redactor.ts';
import { patternMatcher } from '../../src/redaction/pattern-matcher.ts';
import { secretForms } from '../../src/redaction/secret-forms.ts';
import { cutAt, places, redactorOf, redactPieces, secretBytes, secretTexts } from './fixtures.ts';

const overlapping = fc.string({ unit: fc.constantFrom('a', 'b', '='), minLength: 8, maxLength: 14 });

describe('chunks', () => {
  test('give what the whole gives, wherever they are cut', () => {
    const values = fc.array(fc.oneof(secretTexts, secretBytes, overlapping), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(values, fc.array(fc.nat(), { maxLength: 20 }), fc.string(), places, (secrets, picks, plain, cuts) => {
        const redactor = redactorOf(secrets);
        const bytes = Buffer.concat(picks.map((pick) => pieceOf(secrets, plain, pick)));
        const whole = Buffer.from(redactor.redactBytes(bytes));
        expect(redactPieces(redactor, cutAt(bytes, cuts))).toEqual(whole);
        expect(
          redactPieces(
            redactor,
            cutAt(
              bytes,
              Array.from(bytes, (_, at) => at / bytes.length),
            ),
          ),
        ).toEqual(whole);
      }),
    );
  });

  test('never show a secret, in whatever form and wherever they are cut', () => {
    fc.assert(
      fc.property(secretTexts, fc.string(), fc.string(), places, (text, before, after, cuts) => {
        const forms = [text, JSON.stringify(text), encodeURIComponent(text), Buffer.from(text).toString('base64')];
        for (const form of forms) {
          const shown = redactPieces(redactorOf([text]), cutAt(Buffer.from(before + form + after), cuts)).toString();
          expect(shown).not.toContain(form);
        }
      }),
    );
  });

  test('pass a text without secrets on as it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), places, (bytes, cuts) => {
        const redactor = redactorOf(['a secret that is not there']);
        expect(redactPieces(redactor, cutAt(bytes, cuts))).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('what is held back', () => {
  const text = randomBytes(24).toString('base64url');
  const pushed = (...pieces: string[]) => {
    const chunks = redactorOf([text]).chunks();
    return { chunks, out: pieces.map((piece) => Buffer.from(chunks.push(Buffer.from(piece))).toString()) };
  };

  test('is exactly what may begin a secret', () => {
    const { chunks, out } = pushed(`token ${text.slice(0, 5)}`);
    expect(out).toEqual(['token ']);
    expect(chunks.heldBytes).toBe(5);
  });

  test('is let go as soon as it cannot', () => {
    expect(pushed(text.slice(0, 20), '~').out).toEqual(['', `${text.slice(0, 20)}~`]);
  });

  test('is nothing once a secret is complete', () => {
    const { chunks, out } = pushed('token ', text.slice(0, 20), text.slice(20));
    expect(out).toEqual(['token ', '', '[secret]']);
    expect(chunks.heldBytes).toBe(0);
  });

  test('is given at the end', () => {
    const { chunks } = pushed(text.slice(0, 20));
    expect(Buffer.from(chunks.end()).toString()).toBe(text.slice(0, 20));
    expect(Buffer.from(chunks.push(Buffer.from(text.slice(20)))).toString()).toBe(text.slice(20));
  });

  test('is released at a pause, and the rest of the secret is masked all the same', () => {
    const { chunks } = pushed(text.slice(0, 7));
    expect(Buffer.from(chunks.release()).toString()).toBe(text.slice(0, 7));
    expect(chunks.heldBytes).toBe(0);
    expect(Buffer.from(chunks.push(Buffer.from(`${text.slice(7)}.`))).toString()).toBe('[secret].');
  });

  test('is not released where it is 8 bytes or more', () => {
    const { chunks } = pushed(text.slice(0, 8));
    expect(chunks.release()).toHaveLength(0);
    expect(Buffer.from(chunks.push(Buffer.from(text.slice(8)))).toString()).toBe('[secret]');
  });

  test('is read with the secrets that became known since', () => {
    const values = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')] as const;
    let matcher = patternMatcher();
    let epoch = 0;
    const chunks = chunkRedactor(() => ({ matcher, epoch, sawShort: false }));
    const push = (piece: string) => Buffer.from(chunks.push(Buffer.from(piece))).toString();
    matcher.add(secretForms(values[0]));
    expect(push(`${values[1]}, ${values[0].slice(0, 9)}`)).toBe(`${values[1]}, `);
    matcher = patternMatcher();
    matcher.add(secretForms(values[1]));
    matcher.add(secretForms(values[0]));
    epoch = 1;
    expect(push(`${values[0].slice(9)}, ${values[1]}\n`)).toBe('[secret], [secret]\n');
  });
});

test('a chunk is not changed, and what is kept of it does not follow its later changes', () => {
  const text = randomBytes(24).toString('base64url');
  const chunks = redactorOf([text]).chunks();
  const reused = Buffer.from(text.slice(0, 12));
  chunks.push(reused);
  expect(reused.toString()).toBe(text.slice(0, 12));
  reused.fill('x');
  expect(Buffer.from(chunks.push(Buffer.from('~'))).toString()).toBe(`${text.slice(0, 12)}~`);
});

test('secrets that touch or overlap are one mask', () => {
  const [one, other] = ['first-secret-value', 'value-of-the-second'];
  const redactor = redactorOf([one, other]);
  expect(redactor.redact(`<${one}${other}>`)).toBe('<[secret]>');
  expect(redactor.redact('<first-secret-value-of-the-second>')).toBe('<[secret]>');
  expect(redactor.redact(`<${one} ${other}>`)).toBe('<[secret] [secret]>');
});

function pieceOf(secrets: readonly (string | Uint8Array)[], plain: string, pick: number): Buffer {
  const value = Buffer.from(secrets[pick % secrets.length]!);
  const pieces = [
    value,
    value.subarray(0, pick % value.length),
    Buffer.from(plain),
    Buffer.from(value.toString('base64')),
  ];
  return pieces[pick % pieces.length]!;
}
