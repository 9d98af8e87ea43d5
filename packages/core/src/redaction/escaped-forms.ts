interface EscapeStyle {
  /** What is escaped besides the control characters below U+0020: these characters, and those from one code to another. */
  readonly marks: string;
  readonly from?: number;
  readonly to?: number;
  /** Characters with an escape of their own; every other is written by `unit`. */
  readonly short: Readonly<Record<string, string>>;
  readonly unit: (code: number) => string;
}

const WHITE_SPACE = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };
const WITHOUT_QUOTE = { ...WHITE_SPACE, '\\': '\\\\' };
const JSON_SHORT = { ...WITHOUT_QUOTE, '"': '\\"' };
const WITH_SLASH = { ...JSON_SHORT, '/': '\\/' };
const WITH_SINGLE_QUOTE = { ...WITHOUT_QUOTE, "'": "\\'" };

const lower = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
const upper = (code: number) => `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
const byte = (code: number) => `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;

const STYLES: Readonly<Record<string, EscapeStyle>> = {
  slash: { marks: '"\\/', short: WITH_SLASH, unit: lower },
  python: { marks: '"\\', from: 0x7f, to: 0xffff, short: JSON_SHORT, unit: lower },
  ascii: { marks: '"\\', from: 0x7f, to: 0xffff, short: JSON_SHORT, unit: upper },
  php: { marks: '"\\/', from: 0x80, to: 0xffff, short: WITH_SLASH, unit: lower },
  /** And with it Vault. */
  go: { marks: '"\\<>&\u2028\u2029', short: JSON_SHORT, unit: lower },
  dotnet: { marks: '"\\<>&\'+`', from: 0x7f, to: 0xffff, short: WITHOUT_QUOTE, unit: upper },
  /** `util.inspect` escapes the single quote only where the text holds all kinds of quotes. */
  inspect: { marks: '\\', from: 0x7f, to: 0x9f, short: WITHOUT_QUOTE, unit: byte },
  inspectQuoted: { marks: "'\\", from: 0x7f, to: 0x9f, short: WITH_SINGLE_QUOTE, unit: byte },
};

/** Texts of these characters alone are the same in every style. */
const PLAIN = /^[\w .,:;=?!@#$%^*()[\]{}|~-]*$/;

/**
 * `text` as it stands between the quotes of a string: as `JSON.stringify`, the JSON writers of other languages and
 * `util.inspect` write it, and each of these in a string again.
 */
export function escapedForms(text: string): Set<string> {
  if (PLAIN.test(text)) return new Set([text]);
  const forms = new Set([text, jsonEscape(text), jsonEscape(jsonEscape(text))]);
  for (const style of Object.values(STYLES)) {
    const once = escapeText(text, style);
    forms.add(once).add(jsonEscape(once)).add(escapeText(once, style));
  }
  return forms;
}

/** `text` as `JSON.stringify` writes it, without the quotes. */
export function jsonEscape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function escapeText(
  text: string,
  { marks, from = Number.POSITIVE_INFINITY, to = 0, short, unit }: EscapeStyle,
): string {
  let result = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    const code = text.charCodeAt(at);
    const escaped = code < 0x20 || (code >= from && code <= to) || marks.includes(character);
    result += escaped ? (short[character] ?? unit(code)) : character;
  }
  return result;
}
