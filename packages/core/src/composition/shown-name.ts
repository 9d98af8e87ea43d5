/**
 * A name taken from inside a secret, fit to be shown. Left out where it may be data, such as a key of an object that
 * maps API keys to their owners: the names of fields are words, each with a number of at most two digits behind it.
 */
export function shownName(name: string): string {
  const isIndex = /^\d{1,4}$/.test(name);
  const isWords = name.length <= 40 && /^_?[A-Za-z]+\d{0,2}(?:[_.-][A-Za-z]+\d{0,2})*$/.test(name);
  return isIndex || isWords ? name : '(hidden)';
}
