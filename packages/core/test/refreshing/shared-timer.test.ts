import { expect, test } from 'vitest';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { after, readClock } from '../../src/refreshing/deadline.ts';
import { sharedTimer } from '../../src/refreshing/shared-timer.ts';
import { MINUTE, SECOND } from './scripted-source.ts';

const DAY = 24 * 60 * MINUTE;

test('tasks run once, when they are due, in one timer that lets the process end', async () => {
  const clock = fakeClock();
  const timer = sharedTimer(clock);
  const ran: string[] = [];
  const now = readClock(clock);
  timer.schedule(after(now, 3 * SECOND), () => ran.push('second'));
  timer.schedule(after(now, SECOND), () => ran.push('first'));
  timer.schedule(after(now, 40 * DAY), () => ran.push('last'));
  expect(clock.pendingTimers()).toEqual([{ dueInMs: SECOND, background: true }]);
  await clock.advance(SECOND);
  expect(ran).toEqual(['first']);
  await clock.advance(2 * SECOND);
  expect(ran).toEqual(['first', 'second']);
  expect(clock.pendingTimers()).toEqual([{ dueInMs: MINUTE, background: true }]);
  clock.sleepMachine(40 * DAY);
  await clock.advance(MINUTE);
  expect(ran).toEqual(['first', 'second', 'last']);
  expect(clock.pendingTimers()).toEqual([]);
});

test('a cancelled task does not run, and when the last one is gone the timer stops', async () => {
  const clock = fakeClock();
  let ran = 0;
  const cancel = sharedTimer(clock).schedule(after(readClock(clock), 5 * MINUTE), () => {
    ran += 1;
  });
  cancel();
  await clock.advance(MINUTE);
  expect(clock.pendingTimers()).toEqual([]);
  await clock.advance(10 * MINUTE);
  expect(ran).toBe(0);
});

test('a task that schedules another one does not starve the rest', async () => {
  const clock = fakeClock();
  const timer = sharedTimer(clock);
  let ticks = 0;
  let others = 0;
  const again = () => {
    ticks += 1;
    timer.schedule(readClock(clock), again);
  };
  timer.schedule(readClock(clock), again);
  timer.schedule(after(readClock(clock), SECOND), () => {
    others += 1;
  });
  await clock.advance(2 * SECOND);
  expect(others).toBe(1);
  expect(ticks).toBeLessThanOrEqual(8);
});

test('each clock has one timer of its own', () => {
  const [one, other] = [fakeClock(), fakeClock()];
  expect(sharedTimer(one)).toBe(sharedTimer(one));
  expect(sharedTimer(one)).not.toBe(sharedTimer(other));
});
