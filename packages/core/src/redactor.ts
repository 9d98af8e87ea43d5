import type { ChunkRedactor } from './redaction/chunk-redactor.ts';
import { type LiveMatcher, liveMatcher } from './redaction/live-matcher.ts';
import { matcherRedactor } from './redaction/matcher-redactor.ts';
import { SHORTEST_MASKED_BYTES } from './redaction/secret-forms.ts';

export type { ChunkRedactor };

/** Replaces secrets by `[secret]`. Secrets that touch or overlap become one mask. */
export interface Redactor {
  /** `text` without secrets; the same string where it holds none. */
  redact(text: string): string;
  /** `bytes` without secrets, looked for as UTF-8; the same array where it holds none. */
  redactBytes(bytes: Uint8Array): Uint8Array;
  /** For one text that comes in chunks. Node streams and the console have their own in `@keyturn/core/node`. */
  chunks(): ChunkRedactor;
}

export interface RedactorOptions {
  /**
   * Told once that a secret under 8 bytes is alive, which is not masked: it would turn up in ordinary text.
   * Called on its own, not within a call to the redactor. Default: `console.warn`, which Node prints on stderr.
   */
  readonly onNotice?: (message: string) => void;
}

/**
 * Masks every secret of the process: each value that `secret()` has wrapped, from then on until five minutes after
 * the last `Secret` holding it was garbage-collected. Nothing has to be registered, and every redactor knows all.
 *
 * A secret is found raw; as base64 and base64url, alone or anywhere in a longer text, such as a Basic header, up to
 * the bits it shares with its neighbours; URL-encoded as `encodeURIComponent`, forms and `URL` do it; escaped as JSON
 * by `JSON.stringify` and the writers of other languages, also JSON within JSON; and as `util.inspect` prints it.
 * Binary secrets are found in hex too. Lines of 16 bytes or more of a multi-line secret are masked on their own.
 *
 * The fields of a secret that is a JSON document are not masked one by one, since host and user names are among
 * them: take a field by `select()`, which makes it a secret of its own.
 *
 * Only what is whole is found: a secret that a logger cut off at its length limit is not, so redact before that.
 *
 * Takes time linear in the text, however many secrets there are.
 *
 * @example
 * const { redact } = redactor();
 * logger.info(redact(`answered with ${JSON.stringify(headers)}`));
 */
export function redactor(options: RedactorOptions = {}): Redactor {
  return matcherRedactor(withNotice(options.onNotice ?? ((message) => console.warn(message))));
}

function withNotice(onNotice: (message: string) => void): () => LiveMatcher {
  let noticed = false;
  return () => {
    const live = liveMatcher();
    if (live.sawShort && !noticed) {
      noticed = true;
      queueMicrotask(() =>
        onNotice(`keyturn: a secret shorter than ${SHORTEST_MASKED_BYTES} bytes is in use; redaction does not mask it`),
      );
    }
    return live;
  };
}
