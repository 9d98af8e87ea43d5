import fc from 'fast-check';
import { expect, test } from 'vitest';
import { select } from '../../src/composition/select.ts';
import { withCredential } from '../../src/composition/with-credential.ts';
import { type FakeClock, fakeClock } from '../../src/conformance/fake-clock.ts';
import type { CredentialProvider } from '../../src/credential-provider.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { failing, jsonCredential, scriptedSource, textCredential } from './scripted-source.ts';
import { upstream } from './upstream.ts';

const CALLERS = 50;
const OVERLAP_MS = 300_000;
/** Everything that a schedule can say happens within this time; after it everybody has the new credential. */
const SPAN_MS = 120_000;

/** What the server takes from one moment on. */
const phase = fc.record({
  fromMs: fc.nat(SPAN_MS),
  accepts: fc.constantFrom<readonly string[]>(['old'], ['new'], ['old', 'new']),
});

const schedule = fc.record({
  phases: fc.array(phase, { maxLength: 6 }),
  rotatesAtMs: fc.nat(SPAN_MS),
  startsMs: fc.array(fc.nat(SPAN_MS), { minLength: CALLERS, maxLength: CALLERS }),
  latencyMs: fc.constantFrom(0, 7, 400),
  derived: fc.boolean(),
});

test('no request fails while the old or the new credential is accepted at every moment', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async ({ phases, rotatesAtMs, startsMs, latencyMs, derived }) => {
      const clock = fakeClock();
      const rotating = scriptedSource('rotating', () =>
        jsonCredential({ key: clock.monotonic() < rotatesAtMs ? 'old' : 'new' }),
      );
      await using parent = refreshing(rotating, { clock, overlapMs: OVERLAP_MS });
      const key = select(parent, 'key');
      const provider = derived ? key : refreshing(select(rotating, 'key'), { clock, overlapMs: OVERLAP_MS });
      const inOrder = [...phases].sort((a, b) => a.fromMs - b.fromMs);
      const accepted = () =>
        clock.monotonic() >= SPAN_MS
          ? ['new']
          : (inOrder.findLast(({ fromMs }) => fromMs <= clock.monotonic())?.accepts ?? ['old', 'new']);
      const server = upstream(
        (text) => accepted().includes(text),
        clock,
        () => latencyMs,
      );
      await withCredential(provider, upstream(() => true).use);

      const answers = Promise.all(startsMs.map((startMs) => callAt(clock, startMs, provider, server.use)));
      await clock.advance(SPAN_MS + OVERLAP_MS);
      const outcomes = await answers;
      expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
      expect(Math.max(...outcomes.map(({ uses }) => uses))).toBeLessThan(200);
      await provider[Symbol.asyncDispose]();
    }),
    { numRuns: 60 },
  );
}, 60_000);

/** Sources of every kind, on a clock. */
const sources: Record<string, (clock: FakeClock) => CredentialSource> = {
  constant: () => scriptedSource('a', () => textCredential('same')),
  minting: () => scriptedSource('a', (_, count) => textCredential(`v${count}`)),
  alternating: () => scriptedSource('a', (_, count) => textCredential(`v${count % 2}`)),
  'changing elsewhere': () =>
    select(
      scriptedSource('a', (_, count) => jsonCredential({ key: 'same', other: count })),
      'key',
    ),
  failing: () => scriptedSource('a', (_, count) => (count < 2 ? textCredential('same') : failing('unreachable')())),
  'failing with a login of its own that is refused': () =>
    scriptedSource('a', (_, count) =>
      count < 2 ? textCredential('same') : failing('unauthenticated', { retryAfterMs: 50 })(),
    ),
  'expiring at once': (clock) =>
    scriptedSource('a', (_, count) => textCredential(`v${count}`, { expiresAt: new Date(clock.now() + 1_000) })),
};

test.each(
  Object.keys(sources).flatMap((kind) => [
    { kind, before: 'never accepted' },
    { kind, before: 'accepted before' },
  ]),
)(
  'a server that refuses everything ends every call, after a bounded number of uses: $kind, $before',
  async ({ kind, before }) => {
    const clock = fakeClock();
    const source = sources[kind]?.(clock);
    if (source === undefined) throw new Error(`no source ${kind}`);
    await using parent = refreshing(source, { clock, overlapMs: OVERLAP_MS });
    if (before === 'accepted before') await withCredential(parent, upstream(() => true).use);
    const server = upstream(
      () => false,
      clock,
      () => 3,
    );
    const answers = Promise.all(
      Array.from({ length: CALLERS }, (_, index) => callAt(clock, index, parent, server.use)),
    );
    await clock.advance(OVERLAP_MS + 20_000);
    const outcomes = await answers;
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([401]));
    const limit = before === 'accepted before' ? 400 : 4;
    expect(Math.max(...outcomes.map(({ uses }) => uses))).toBeLessThanOrEqual(limit);
  },
);

async function callAt(
  clock: FakeClock,
  startMs: number,
  provider: CredentialProvider,
  use: ReturnType<typeof upstream>['use'],
): Promise<{ readonly status: number; readonly uses: number }> {
  await new Promise<void>((resolve) => void clock.setTimer(resolve, startMs));
  let uses = 0;
  const { status } = await withCredential(provider, (credential) => {
    uses += 1;
    return use(credential);
  });
  return { status, uses };
}
