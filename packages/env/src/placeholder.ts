import { CREDENTIAL_NOUNS, isSampleText } from './sample-text.ts';

/** What stands where a value should be, told without quoting it. */
export interface Placeholder {
  /** Completes "it holds ...". */
  readonly what: string;
  /** What to do next. */
  readonly hint: string;
}

interface Kind extends Placeholder {
  /** Each covers the whole value, so that a real secret with a `$` or a `<` in it is never taken for a placeholder. */
  readonly patterns: readonly RegExp[];
}

/** Placeholders are short; a longer text is not looked at. */
const LONGEST = 256;

const WORD = '(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[A-Z]+|\\d{1,4})';
/** Of a vendor: `sk-`, `github_pat_`. */
const PREFIX = '(?:[A-Za-z0-9]{1,8}[-_]){0,3}';
const MASK = '[xX*•●]{3,}';

/** Of Keyturn and of other tools. */
const SCHEMES =
  'op|vault|bao|aws-sm|aws-ssm|awssm|awsssm|gcp-sm|gcpsm|azure-kv|azurekv|keyvault|doppler|infisical|bws?|keychain|keyring|oauth|env';

const INPUT: Kind = {
  what: 'a reference to one of the "inputs" of the client configuration, which the client did not resolve',
  hint: 'check that its id is listed there and that this client supports inputs',
  patterns: [/^\$\{(?:input|promptString):[^{}]*\}$/],
};

const VARIABLE: Kind = {
  what: 'a variable reference that nothing expanded (as in $NAME)',
  hint: 'set the variable where the client is started, or write its value into the "env" block of the client configuration',
  patterns: [
    /^\$\{[A-Za-z_][\w.-]*(?:[:?+=][^{}]*)?\}$/,
    /^\$\([A-Za-z_][\w.-]*\)$/,
    /^\$?\{\{\s*[A-Za-z_.][\w.]*(?:\s*\|[^{}]*)?\s*\}\}$/,
    /^%[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*%$/,
    // `$NAME` may be a password; only what is named like a credential counts.
    new RegExp(`^\\$(?:[A-Z][A-Z0-9]*_)+(?:${CREDENTIAL_NOUNS.toUpperCase()})$`),
  ],
};

const REFERENCE: Kind = {
  what: 'a reference to a secret manager that nothing resolved (as in op://vault/item/field)',
  hint: 'start the server through a tool that resolves references, such as `op run`, or fetch it with the adapter of that scheme',
  patterns: [
    new RegExp(`^(?:${SCHEMES})://[^\\r\\n]+$`, 'i'),
    // Only below the folders where secrets are mounted: `file:///data/app.db` is a database address.
    /^file:\/\/\/(?:var\/)?run\/secrets\/[^\r\n]+$/i,
    /^ref\+[a-z0-9]+:\/\/[^\r\n]+$/i,
    /^@Microsoft\.KeyVault\([^()]+\)$/i,
  ],
};

const MASKED: Kind = {
  what: 'a masked copy of a value (as in xxxx or ****)',
  hint: 'put the whole value there, issued anew where it is shown only once',
  patterns: [
    new RegExp(`^${PREFIX}${MASK}(?:[-_. ]${MASK})*$`),
    new RegExp(`^${PREFIX}(?:\\.{3}|…)$`),
    /^\[(?:secret|redacted|hidden|masked)\]$/i,
  ],
};

const CONVERTED: Kind = {
  what: 'a missing value or an object that was turned into text (as in undefined)',
  hint: 'look at the program that sets it: it converts what it does not have into a string',
  patterns: [/^(?:undefined|null)$/, /^\[object [A-Za-z]+\]$/],
};

const SAMPLE: Kind = {
  what: 'a sample text (as in <your key>)',
  hint: 'put the real value in its place',
  patterns: [
    new RegExp(`^<\\s*${WORD}(?:[ _.:/-]+${WORD})*\\s*>$`),
    /^(?:change|replace)me!?$/i,
    /^(?:placeholder|todo|tbd|fixme|unknown|redacted)$/i,
    /^your[a-z]{0,24}(?:key|token|secret|password)(?:here)?$/i,
  ],
};

const KINDS: readonly Kind[] = [INPUT, VARIABLE, REFERENCE, MASKED, CONVERTED, SAMPLE];

/**
 * Whether `text` as a whole is what a client, a template or a person left where a secret should be, and of what
 * kind. `variable` is the name it was found under: `$NAME` as the value of `NAME` is a reference to itself.
 */
export function findPlaceholder(text: string, variable?: string): Placeholder | undefined {
  if (text.length > LONGEST) return undefined;
  const trimmed = text.trim();
  if (variable !== undefined && trimmed === `$${variable}`) return VARIABLE;
  const kind = KINDS.find(({ patterns }) => patterns.some((pattern) => pattern.test(trimmed)));
  return kind ?? (isSampleText(trimmed) ? SAMPLE : undefined);
}
