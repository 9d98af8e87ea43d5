import { describe, expect, test } from 'vitest';
import { MAX_TIMER_MS } from '../../src/clock.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';

const sleep = (clock: ReturnType<typeof fakeClock>, ms: number) =>
  new Promise<void>((resolve) => {
    clock.setTimer(resolve, ms);
  });

describe('fakeClock', () => {
  test('stands still until told to move', async () => {
    const clock = fakeClock({ now: 1_000 });
    await new Promise((resolve) => setImmediate(resolve));
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
  });

  test('advance moves wall and monotonic clock together', async () => {
    const clock = fakeClock({ now: 1_000 });
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
  });

  test('fires due timers in order of their time, each at its own time, and the older first of two at once', async () => {
    const clock = fakeClock();
    const heard: string[] = [];
    for (const [name, delay] of [
      ['late', 30],
      ['first of two', 10],
      ['second of two', 10],
      ['not due', 31],
    ] as const) {
      clock.setTimer(() => heard.push(`${name} at ${clock.monotonic()}`), delay);
    }
    await clock.advance(30);
    expect(heard).toEqual(['first of two at 10', 'second of two at 10', 'late at 30']);
    expect(clock.pendingTimers()).toEqual([{ dueInMs: 1, background: false }]);
  });

  test('code that awaits between timers proceeds within one advance', async () => {
    const clock = fakeClock();
    let rounds = 0;
    const loop = async () => {
      for (; rounds < 5; rounds += 1) await sleep(clock, 10);
    };
    const done = loop();
    await clock.advance(50);
    expect(rounds).toBe(5);
    await done;
  });

  test('a zero advance fires what is due now and settles', async () => {
    const clock = fakeClock();
    let settled = false;
    void sleep(clock, 0).then(() => {
      settled = true;
    });
    await clock.advance(0);
    expect(settled).toBe(true);
  });

  test('a cancelled timer does not fire', async () => {
    const clock = fakeClock();
    let fired = false;
    const cancel = clock.setTimer(() => {
      fired = true;
    }, 5);
    cancel();
    expect(clock.pendingTimers()).toEqual([]);
    await clock.advance(10);
    expect(fired).toBe(false);
  });

  test('jumpWall moves only the wall clock, either way', async () => {
    const clock = fakeClock({ now: 1_000 });
    clock.setTimer(() => expect.unreachable(), 10);
    clock.jumpWall(500);
    clock.jumpWall(-2_000);
    await clock.advance(0);
    expect([clock.now(), clock.monotonic()]).toEqual([-500, 0]);
  });

  test('sleepMachine moves the wall clock on while monotonic clock and timers stand still', async () => {
    const clock = fakeClock({ now: 1_000 });
    clock.setTimer(() => expect.unreachable(), 10);
    clock.sleepMachine(3_600_000);
    await clock.advance(9);
    expect([clock.now(), clock.monotonic()]).toEqual([3_601_009, 9]);
    expect(clock.pendingTimers()).toEqual([{ dueInMs: 1, background: false }]);
  });

  test('tells which timers are in the background and clamps delays as the real clock does', () => {
    const clock = fakeClock();
    clock.setTimer(() => {}, Number.POSITIVE_INFINITY, { background: true });
    clock.setTimer(() => {}, -5);
    expect(clock.pendingTimers()).toEqual([
      { dueInMs: 0, background: false },
      { dueInMs: MAX_TIMER_MS, background: true },
    ]);
  });

  test('refuses to go back and tells what a callback throws', async () => {
    const clock = fakeClock();
    await expect(clock.advance(-1)).rejects.toThrow('jumpWall');
    expect(() => clock.sleepMachine(-1)).toThrow('forward only');
    clock.setTimer(() => {
      throw new Error('from the callback');
    }, 1);
    await expect(clock.advance(1)).rejects.toThrow('from the callback');
  });
});
