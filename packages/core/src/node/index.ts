export type { Guard } from './guard.ts';
export { guardConsole } from './guard-console.ts';
export { guardStream } from './guard-stream.ts';
export { redactingStream } from './redacting-stream.ts';
