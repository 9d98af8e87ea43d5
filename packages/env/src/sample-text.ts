/** How sample texts, and variables that hold credentials, end. */
export const CREDENTIAL_NOUNS =
  'key|keys|apikey|token|secret|password|passwd|pass|pat|credential|credentials|auth|id|dsn|url';

const NOUN = new RegExp(`^(?:${CREDENTIAL_NOUNS})$`);
const ORDERS = /^(?:replace|insert|enter|put|paste|add|change|set|fill)$/;
const FILLERS = /^(?:me|this|with|your|the|a|an|my|own|here|in|it|value|real|actual|new|api|access|bot|please)$/;

/**
 * Whether `text` consists only of words from documentation: `sk-your-api-key-here`, `[YOUR_TOKEN]`, `change-me`,
 * `paste token here`.
 */
export function isSampleText(text: string): boolean {
  const bare = text.replace(/^(?:\[(.*)\]|\{(.*)\}|"(.*)"|'(.*)')$/, '$1$2$3$4');
  if (!/^[A-Za-z0-9 _.-]+$/.test(bare)) return false;
  const words = bare.toLowerCase().split(/[ _.-]+/);
  return isYours(words) || isOrder(words) || endsWithHere(words);
}

/** A vendor's prefix may stand before `your`, a service name between it and the noun. */
function isYours(words: readonly string[]): boolean {
  const your = words.indexOf('your');
  const tail = words.at(-1) === 'here' ? words.at(-2) : words.at(-1);
  return your >= 0 && your <= 4 && words.length <= 12 && (isNoun(tail) || tail === 'value');
}

function isOrder(words: readonly string[]): boolean {
  const [first, ...rest] = words;
  return rest.length > 0 && ORDERS.test(first!) && rest.every((word) => FILLERS.test(word) || isNoun(word));
}

function endsWithHere(words: readonly string[]): boolean {
  const noun = words.at(-2) === 'goes' ? words.at(-3) : words.at(-2);
  return words.length <= 8 && words.at(-1) === 'here' && isNoun(noun);
}

function isNoun(word: string | undefined): boolean {
  return word !== undefined && NOUN.test(word);
}
