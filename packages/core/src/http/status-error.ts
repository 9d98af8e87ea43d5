import { CredentialError } from '../credential-error.ts';
import type { HttpRequest } from './request.ts';
import { retryAfterMs } from './retry-after.ts';
import { codeOfStatus, HINTS } from './status-code.ts';

interface Asked {
  readonly options: HttpRequest;
  readonly url: URL;
  /** Method and origin. */
  readonly what: string;
}

/** The error of an answer whose status is none to go on with. Tells nothing of its body. */
export function statusError(response: Response, { options, url, what }: Asked): CredentialError {
  const { status, headers } = response;
  const code = codeOfStatus(status, options.codes);
  const redirected = (status >= 300 && status < 400) || response.type === 'opaqueredirect';
  const answered = redirected ? `a redirect to ${redirectTarget(headers.get('location'), url)}` : `HTTP ${status}`;
  return new CredentialError(code, `${what} answered ${answered}`, {
    source: options.source,
    retryAfterMs: retryAfterMs(headers),
    hint: options.hints?.[code] ?? (redirected ? 'give the address it leads to, if you trust that' : HINTS[code]),
  });
}

/** Its origin only: the rest of a redirect may carry a session. */
function redirectTarget(location: string | null, url: URL): string {
  const target = location === null ? null : URL.parse(location, url.href);
  if (target === null) return 'nowhere';
  return target.origin === 'null' ? `a ${target.protocol} address` : target.origin;
}
