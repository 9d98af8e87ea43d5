import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { tokenStoreConformance } from '../../src/conformance/token-store-conformance.ts';
import type { CrashingWrite, TokenStoreHarness } from '../../src/conformance/token-store-harness.ts';
import { secret } from '../../src/secret.ts';
import { brokenStores } from './broken-stores.ts';
import { recordingRunner } from './recording-runner.ts';
import { type Backing, goodRules, type Rules, ruledStore } from './ruled-store.ts';

const RANDOM = [
  'random sequences of calls behave like the memory of one process',
  'in random races at most one writer and one claimant win',
];
const CRASH = 'a crash in a write leaves the old generation or the new one, whole';

type CrashAt = (write: CrashingWrite, backing: Backing, rules: Rules) => void;

/** Dies before the write in even rounds, after it in odd ones. */
const cleanCrash: CrashAt = ({ family, next, round }, { families }, rules) => {
  if (round % 2 === 1) families.set(family, rules.next(families.get(family), next)!);
};

function ruledHarness(rules: Rules, crashAt: CrashAt = cleanCrash): TokenStoreHarness {
  const backing: Backing = { families: new Map(), down: false };
  return {
    name: 'ruled',
    open: ({ clock }: { clock: Clock }) => ruledStore(rules, backing, clock),
    async unreachable() {
      backing.down = true;
      return async () => {
        backing.down = false;
      };
    },
    async damage(family) {
      backing.families.get(rules.key(family))!.damaged = true;
    },
    crash: async (write) => crashAt(write, backing, rules),
  };
}

async function run(harness: TokenStoreHarness) {
  const { runner, run } = recordingRunner();
  tokenStoreConformance(runner, harness);
  return run();
}

const titles = (outcome: Awaited<ReturnType<typeof run>>) => outcome.failed.map(({ title }) => title);

describe('tokenStoreConformance', () => {
  test('finds nothing wrong with a store that keeps the rules', async () => {
    const outcome = await run(ruledHarness(goodRules));
    expect(outcome.failed).toEqual([]);
    expect(outcome.passed).toContain(CRASH);
  });

  test('asks for the hooks that it needs', async () => {
    const { crash: _, damage: __, unreachable: ___, ...bare } = ruledHarness(goodRules);
    const { failed } = await run(bare);
    expect(failed.map(({ message }) => message.split(',')[0])).toEqual([
      ...Array(3).fill('the harness needs unreachable()'),
      'the harness needs damage()',
      'the harness needs crash()',
    ]);
  });

  test('names the seed of a random sequence that fails, and repeats it', async () => {
    const wrong = { ...goodRules, ...brokenStores['forgets the backoff']!.rules };
    const first = await run({ ...ruledHarness(wrong), seed: 7 });
    const failure = first.failed.find(({ title }) => title === RANDOM[0])!;
    const seed = Number(/seed: (\d+)/.exec(failure.message)![1]);
    const again = await run({ ...ruledHarness(wrong), seed, modelRuns: 1 });
    expect(again.failed.find(({ title }) => title === RANDOM[0])!.message).toBe(failure.message);
  });
});

describe('tokenStoreConformance finds a store that', () => {
  for (const [title, { rules, fails }] of Object.entries(brokenStores)) {
    test(title, async () => {
      const outcome = await run(ruledHarness({ ...goodRules, ...rules }));
      const found = titles(outcome).filter((failed) => !RANDOM.includes(failed));
      expect(found.sort()).toEqual([...fails].sort());
    });
  }

  test('keeps claims in each handle only', async () => {
    const harness = ruledHarness(goodRules);
    const backing: Backing = { families: new Map(), down: false };
    let handles = 0;
    const open = ({ clock }: { clock: Clock }) => {
      const handle = ++handles;
      return ruledStore({ ...goodRules, claimKey: ({ digest }) => `${handle} ${digest}` }, backing, clock);
    };
    const { unreachable: _, damage: __, crash: ___, ...bare } = harness;
    const reason = 'not what this is about';
    const inapplicable = { unreachable: reason, damaged: reason, crash: reason, model: reason };
    expect(titles(await run({ ...bare, open, inapplicable }))).toEqual([
      'a token of the newest generation is granted once, and others are told who holds it',
      'of 50 claimants at once exactly one is granted',
      'a new generation drops the claims of the one before: the same token can be claimed again',
      'a claim of the newest generation never expires',
      'a token that was given back can be claimed at once, by one',
      'a backoff keeps everybody away, and they are told until when',
      'from the end of a backoff on, exactly one is granted the token',
    ]);
  });

  test('remembers in each handle what it read', async () => {
    const harness = ruledHarness(goodRules);
    const open: TokenStoreHarness['open'] = async (options) => {
      const store = await harness.open(options);
      const cache = new Map<string, Awaited<ReturnType<typeof store.read>>>();
      return {
        ...store,
        async read(family, context) {
          const stored = cache.get(family) ?? (await store.read(family, context));
          cache.set(family, stored);
          return stored;
        },
      };
    };
    const found = titles(await run({ ...harness, open })).filter((failed) => !RANDOM.includes(failed));
    expect(found).toEqual([
      'each write makes the next generation, and every handle reads it',
      'of 20 writers at once exactly one wins, and every handle reads what it wrote',
      'generations go on after a deletion and never restart',
      'a stale writer can neither delete nor bring back what was deleted',
    ]);
  });

  test('is torn by a crash', async () => {
    const torn: CrashAt = ({ family, next, round }, { families }) => {
      if (round !== 3) return;
      families.set(family, { generation: families.get(family)!.generation + 1, data: half(next), claims: new Map() });
    };
    expect(titles(await run(ruledHarness(goodRules, torn)))).toEqual([CRASH]);
  });

  test('blocks everybody after a crash', async () => {
    let locked = false;
    const rules = {
      ...goodRules,
      mayWrite: (...args: [number, number]) => !locked && goodRules.mayWrite(...args, undefined),
    };
    const lock: CrashAt = ({ round }) => {
      locked = round === 2;
    };
    expect(titles(await run(ruledHarness(rules, lock)))).toContain(CRASH);
  });

  test('loses by a crash what it had acknowledged', async () => {
    const lose: CrashAt = ({ family }, { families }) => void families.delete(family);
    expect(titles(await run(ruledHarness(goodRules, lose)))).toEqual([CRASH]);
  });

  test('grants what is held in one case of a hundred', async () => {
    const rare = { ...goodRules, isFree: flaky(goodRules.isFree) };
    const found = titles(await run({ ...ruledHarness(rare), seed: 1, modelRuns: 100 }));
    expect(found).toContain(RANDOM[0]);
  });
});

function half(data: CrashingWrite['next']) {
  const bytes = data.revealBytes();
  return secret(bytes.subarray(0, bytes.length >> 1));
}

/** Wrong in one case of a hundred. */
function flaky(isFree: Rules['isFree']): Rules['isFree'] {
  let calls = 0;
  return (...args) => {
    calls += 1;
    return calls % 97 === 0 || isFree(...args);
  };
}
