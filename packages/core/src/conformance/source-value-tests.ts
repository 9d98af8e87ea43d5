import type { CredentialValue } from '../credential.ts';
import { isCredentialError } from '../credential-error.ts';
import { type Secret, secret } from '../secret.ts';
import { check } from './runner.ts';
import type { SourceHarness } from './source-harness.ts';
import { type Chapter, checkValue, inWorld, pick } from './source-world.ts';

/** Accents in both normal forms, other scripts, beyond the basic plane, right to left: nothing may be normalised. */
const UNICODE =
  'p\u00e5ssw\u00f6rd pa\u030assword \u5bc6\u7801 \ud83d\udd11\ud83c\udffd \u05e1\u05d5\u05d3 \u202e\ufeffx';
const LINES =
  '-----BEGIN EXAMPLE-----\nline one\r\nline two\r\n\tindented\n\nafter an empty line\n-----END EXAMPLE-----';
const LARGE_BYTES = 65_536;

/** Each kind of value arrives byte by byte. */
export const valueTests: Chapter = (test, harness) => {
  test('text', 'Unicode text arrives unchanged', () => checkArrives(harness, secret(UNICODE)));
  test('multiline', 'text of several lines arrives unchanged', () => checkArrives(harness, secret(LINES)));
  test('binary', 'bytes that are no text arrive unchanged', () => checkArrives(harness, secret(everyByte())));
  test('large', 'a value of 64 KiB arrives in full', () => checkArrives(harness, secret(longText())));
  test('empty', 'an empty value arrives as it is, or is refused', () =>
    inWorld(harness, async (world) => {
      await harness.serve(world.item, secret(''));
      const source = await world.source();
      const outcome = await world.fetch(source).catch((error: unknown) => {
        check(
          isCredentialError(error, 'not_configured', 'not_found', 'invalid_response'),
          'it is refused by another code',
        );
      });
      if (outcome !== undefined) check(pick(harness, outcome).revealBytes().length === 0, 'it is no longer empty');
    }),
  );
};

async function checkArrives<V extends CredentialValue>(harness: SourceHarness<V>, value: Secret): Promise<void> {
  await inWorld(harness, async (world) => {
    await harness.serve(world.item, value);
    checkValue(world, await world.fetch(await world.source()), value);
  });
}

/** All 256 of them, NUL included, in an order that is not UTF-8. */
function everyByte(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
}

function longText(): string {
  return Array.from({ length: LARGE_BYTES / 8 }, (_, index) => index.toString(16).padStart(8, '0')).join('');
}
