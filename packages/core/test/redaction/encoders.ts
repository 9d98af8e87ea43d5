import { inspect } from 'node:util';

/** Encoders as programs have them, each giving the characters that stand for `text` alone, or nothing where it would drop some of it. */
export const encoders: Readonly<Record<string, (text: string) => string | undefined>> = {
  'as it is': (text) => text,
  encodeURIComponent: (text) => encodeURIComponent(text),
  'encodeURIComponent in lower case': (text) => lowerHex(encodeURIComponent(text)),
  encodeURI: (text) => encodeURI(text),
  'everything reserved percent-encoded': everythingReserved,
  'everything reserved percent-encoded in lower case': (text) => lowerHex(everythingReserved(text)),
  'a form field': (text) => new URLSearchParams({ x: text }).toString().slice(2),
  'the password of a URL': (text) => Object.assign(new URL('https://host'), { password: text }).password,
  'the query of a URL': (text) =>
    /[\t\n\r#]/.test(text) ? undefined : new URL(`https://host/?${text}&`).search.slice(1, -1),
  'the path of a URL': (text) =>
    /[\t\n\r#?\\.]/.test(text) ? undefined : new URL(`https://host/x${text}x`).pathname.slice(2, -1),
  'JSON.stringify': json,
  'JSON in JSON': (text) => json(json(text)),
  'JSON in JSON in a URL': (text) => encodeURIComponent(json(text)),
  'JSON in a form field': (text) => new URLSearchParams({ x: json(text) }).toString().slice(2),
  'JSON in ASCII': (text) => asciiOnly(json(text)),
  'JSON in upper case ASCII': (text) => upperUnits(asciiOnly(json(text))),
  'JSON with slashes escaped': (text) => json(text).replaceAll('/', '\\/'),
  'JSON in JSON with slashes escaped': (text) => json(json(text).replaceAll('/', '\\/')),
  'JSON in JSON, both with slashes escaped': (text) => json(json(text).replaceAll('/', '\\/')).replaceAll('/', '\\/'),
  'JSON in ASCII with slashes escaped': (text) =>
    json(text)
      .replace(/[\u0080-\uffff]/g, unit)
      .replaceAll('/', '\\/'),
  'JSON that is safe in HTML': (text) => json(text).replace(/[<>&\u2028\u2029]/g, unit),
  'JSON of .NET': (text) => upperUnits(json(text).replace(/\\.|[<>&'+`\u007f-\uffff]/g, dotnetUnit)),
  'util.inspect': (text) => inspect(text, { breakLength: Number.POSITIVE_INFINITY }).slice(1, -1),
  'util.inspect of a text with every quote': (text) =>
    inspect(`'"\`${text}`, { breakLength: Number.POSITIVE_INFINITY }).slice("'\\'\"`".length, -1),
};

/** base64 of `text` after these, too. */
export const innerEncoders: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'JSON.stringify': json,
  'a form field': (text) => new URLSearchParams({ x: text }).toString().slice(2),
};

export const base64Spellings: Readonly<Record<string, (base64: string) => string>> = {
  base64: (base64) => base64,
  base64url: (base64) => base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  'base64url with padding': (base64) => base64.replaceAll('+', '-').replaceAll('/', '_'),
  'base64url with padding in a URL': (base64) => encodeURIComponent(base64.replaceAll('+', '-').replaceAll('/', '_')),
  'base64url with padding in a URL in lower case': (base64) =>
    lowerHex(encodeURIComponent(base64.replaceAll('+', '-').replaceAll('/', '_'))),
  'base64 in a URL': (base64) => encodeURIComponent(base64),
  'base64 in a URL in lower case': (base64) => lowerHex(encodeURIComponent(base64)),
  'base64 in JSON with slashes escaped': (base64) => base64.replaceAll('/', '\\/'),
};

function json(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function unit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function dotnetUnit(character: string): string {
  if (character === '\\"') return '\\u0022';
  return character.startsWith('\\') ? character : unit(character);
}

function asciiOnly(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, unit);
}

function upperUnits(text: string): string {
  return text.replace(
    /\\(\\|u[0-9a-f]{4})/g,
    (_, escaped: string) => `\\${escaped.replace(/[a-f]/g, (digit) => digit.toUpperCase())}`,
  );
}

function everythingReserved(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function lowerHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase());
}
