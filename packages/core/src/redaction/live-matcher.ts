import { type LiveSecret, liveSecretCount, liveSecretsSince } from '../live-secrets.ts';
import { type PatternMatcher, patternMatcher } from './pattern-matcher.ts';
import { secretForms } from './secret-forms.ts';

/** Rebuilding with fewer values than this to be dropped is not worth it. */
const DROPPED_VALUES_KEPT = 100;

export interface LiveMatcher {
  readonly matcher: PatternMatcher;
  /** Every state from before a change of `epoch` is void. */
  readonly epoch: number;
  /** Live secrets too short to be masked were among those seen so far. */
  readonly sawShort: boolean;
}

/** Made when a redactor first asks: whoever only imports core does not pay for its tables. */
let matcher: PatternMatcher | undefined;
let epoch = 0;
let lastSerial = 0;
let valuesInMatcher = 0;
let sawShort = false;

/**
 * The one matcher of all redactors, brought up to date with the live secrets.
 *
 * A new value is added to what is there. Values that are no longer live stay in, masked as before, until they are
 * more than the live ones; then all is built anew. So each value costs what its own forms cost, about twice.
 */
export function liveMatcher(): LiveMatcher {
  let added = liveSecretsSince(lastSerial);
  if (valuesInMatcher > 2 * liveSecretCount() + DROPPED_VALUES_KEPT) {
    matcher = patternMatcher();
    epoch += 1;
    valuesInMatcher = 0;
    added = liveSecretsSince(0);
  }
  matcher ??= patternMatcher();
  if (added.length > 0) addAll(matcher, added);
  return { matcher, epoch, sawShort };
}

function addAll(matcher: PatternMatcher, added: readonly LiveSecret[]): void {
  for (const { value, serial } of added) {
    const forms = secretForms(value);
    if (forms.size === 0 && value.length > 0) sawShort = true;
    matcher.add(forms);
    lastSerial = serial;
  }
  valuesInMatcher += added.length;
  epoch += 1;
}
