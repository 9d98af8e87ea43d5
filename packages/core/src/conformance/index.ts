export type { CapabilityReport, CapabilityResult } from './capabilities.ts';
export { type FakeClock, type FakeClockOptions, fakeClock, type PendingTimer } from './fake-clock.ts';
export {
  type FaultProxy,
  faultProxy,
  type InjectOptions,
  type ProxyFault,
  type RecordedRequest,
} from './fault-proxy.ts';
export { findLeaks } from './find-leaks.ts';
export type { Runner } from './runner.ts';
export { sourceConformance } from './source-conformance.ts';
export type {
  EnterState,
  HarnessReply,
  HookedState,
  RepliedState,
  SourceCapability,
  SourceHarness,
} from './source-harness.ts';
export { tokenStoreConformance } from './token-store-conformance.ts';
export type { CrashingWrite, TokenStoreCapability, TokenStoreHarness } from './token-store-harness.ts';
