export { abortError } from './abort-error.ts';
