/** The titles of the source suite's tests, as far as several broken sources make them fail. */
export const ROTATION = {
  plain: 'a fetch after a rotation shows the new version',
  previous: 'a fetch that knows the previous credential shows the new version',
  rejected: 'a rejected credential is not handed out again when there is a newer one',
  asks: 'every fetch asks the backend',
};

export const states = {
  missing: 'a missing item',
  denied: 'a denied item',
  unauthenticated: 'a login that is not accepted (HTTP 401)',
  throttled: 'a throttling backend (HTTP 429)',
  refused: 'an unreachable backend (connection refused)',
  reset: 'an unreachable backend (connection reset)',
  down: 'an unreachable backend (HTTP 503)',
  badGateway: 'an unreachable backend (HTTP 502 with a page of HTML)',
  html: 'a malformed answer (a page of HTML)',
  early: 'a malformed answer (JSON that ends early)',
  nothing: 'a malformed answer (JSON null)',
  shape: 'a malformed answer (JSON of another shape)',
  cut: 'a malformed answer (cut off on the wire)',
};

export const silent = (title: string) => `${title} gives an error that tells no secret`;
export const afterwards = (title: string) => `${title} is not remembered`;
export const every = Object.values(states);
export const connections = [states.refused, states.reset, states.down, states.badGateway];
export const malformed = [states.html, states.early, states.nothing, states.shape];

/** The title of the test of the code that belongs to a state. */
export function titleOfCode(title: string): string {
  const [, codes] = Object.entries({
    'missing item': 'not_found',
    'denied item': 'access_denied',
    login: 'unauthenticated',
    throttling: 'rate_limited',
    unreachable: 'unreachable',
    'cut off': 'invalid_response or unreachable',
    malformed: 'invalid_response',
  }).find(([word]) => title.includes(word))!;
  return `${title} is ${codes}`;
}
