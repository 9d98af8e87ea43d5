export { type HttpAnswer, type HttpRequest, request, requestJson } from './request.ts';
export { retryAfterMs } from './retry-after.ts';
export { codeOfStatus, STATUS_CODES } from './status-code.ts';
