import { expect, test } from 'vitest';
import { isStillRefused } from '../../src/composition/still-refused.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { failing, failure, rejection, scriptedSource, textCredential } from './scripted-source.ts';

test('isStillRefused tells the refused credential that comes again from every other failure', async () => {
  const clock = fakeClock();
  const source = scriptedSource('a', () => textCredential('same'));
  await using provider = refreshing(source, { clock, timeoutMs: 100 });
  const rejected = await provider.get();
  expect(isStillRefused(await rejection(provider.get({ rejected })))).toBe(true);

  await clock.advance(60_000);
  source.answer = failing('unauthenticated', { retryAfterMs: 5 });
  expect(isStillRefused(await rejection(provider.get({ rejected })))).toBe(false);
  expect(isStillRefused(failure('not_found'))).toBe(false);
  expect(isStillRefused(new Error('the source still gives the credential that a server refused'))).toBe(false);
});
