import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { liveMatcher } from '../../src/redaction/live-matcher.ts';
import { redactor } from '../../src/redactor.ts';
import { type Secret, secret } from '../../src/secret.ts';
import { collected } from '../collected.ts';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterAll(() => {
  vi.useRealTimers();
});

const values = (count: number) => Array.from({ length: count }, () => randomBytes(24).toString('hex'));

test('a new secret is added to the matcher, and one that was known before changes nothing', () => {
  const [first, second] = values(2) as [string, string];
  const alive = [secret(first)];
  const { matcher, epoch } = liveMatcher();
  expect(liveMatcher()).toMatchObject({ matcher, epoch });
  alive.push(secret(first));
  expect(liveMatcher()).toMatchObject({ matcher, epoch });
  alive.push(secret(second));
  expect(liveMatcher()).toMatchObject({ matcher, epoch: epoch + 1 });
  expect(alive).toHaveLength(3);
});

test('the matcher is built anew once most of its secrets are gone, and forgets them', async () => {
  const { redact } = redactor();
  const [kept, ...gone] = values(300) as [string, ...string[]];
  const text = `${kept} ${gone.join(' ')}`;
  const alive: Secret[] = [kept, ...gone].map((value) => secret(value));
  expect(redact(text)).toBe(`[secret]${' [secret]'.repeat(gone.length)}`);

  await collected(alive, 1);
  expect(redact(text)).toBe(`[secret]${' [secret]'.repeat(gone.length)}`);

  const { matcher, epoch } = liveMatcher();
  vi.advanceTimersByTime(300_001);
  expect(redact(text)).toBe(`[secret] ${gone.join(' ')}`);
  expect(liveMatcher().matcher).not.toBe(matcher);
  expect(liveMatcher().epoch).toBeGreaterThan(epoch);
});
