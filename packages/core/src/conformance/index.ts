export { type FakeClock, type FakeClockOptions, fakeClock, type PendingTimer } from './fake-clock.ts';
