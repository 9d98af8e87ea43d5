/** Lower case, upper case or camel case, with a number of at most two digits behind it. */
const WORD = '(?:[A-Z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*[A-Z]{0,3})\\d{0,2}';
const WORDS = new RegExp(`^_?${WORD}(?:[_.-]${WORD})*$`);
const MAX_LENGTH = 24;

/**
 * A name taken from inside a secret, fit to be shown. Left out where it may be data, such as a key of an object that
 * maps API keys to their owners: the names of fields are a few words.
 */
export function shownName(name: string): string {
  const isIndex = /^\d{1,4}$/.test(name);
  return isIndex || (name.length <= MAX_LENGTH && WORDS.test(name)) ? name : '(hidden)';
}
