import type { ByteString } from './byte-string.ts';

interface PercentStyle {
  /** What is left as it is besides letters and digits. */
  readonly kept: string;
  readonly space?: '+';
}

const STYLES: Readonly<Record<string, PercentStyle>> = {
  encodeURIComponent: { kept: "-_.!~*'()" },
  /** RFC 3986 section 2.3: everything but the unreserved characters. */
  reserved: { kept: '-_.~' },
  /** `URLSearchParams`, HTML forms, and both halves of an OAuth client's Basic header (RFC 6749 section 2.3.1). */
  form: { kept: '-_.*', space: '+' },
  encodeURI: { kept: "-_.!~*'();/?:@&=+$,#" },
  /** The parts of a WHATWG `URL`, which leaves `%` alone too. */
  urlQuery: { kept: '!$%&()*+,-./:;=?@[\\]^_`{|}~' },
  urlPath: { kept: "!$%&'()*+,-./:;=@[\\]_|~" },
  urlUserInfo: { kept: "!$%&'()*+,-._~" },
};

const HEX = ['0123456789ABCDEF', '0123456789abcdef'] as const;

/** What every encoder leaves alone. */
const PLAIN = /^[a-z0-9_.-]*$/i;

/** `bytes` as each URL encoder writes them, in upper and in lower case hex. */
export function percentForms(bytes: ByteString): Set<ByteString> {
  if (PLAIN.test(bytes)) return new Set([bytes]);
  const styles = Object.values(STYLES);
  return new Set(HEX.flatMap((digits) => styles.map((style) => percentEncode(bytes, style, digits))));
}

/** `bytes` as a field of an HTML form. */
export function formEncode(bytes: ByteString): ByteString {
  return percentEncode(bytes, STYLES['form']!, HEX[0]);
}

function percentEncode(bytes: ByteString, style: PercentStyle, digits: string): ByteString {
  return bytes.replace(/[^a-z0-9]/gi, (byte) => {
    if (style.kept.includes(byte)) return byte;
    if (byte === ' ' && style.space !== undefined) return style.space;
    const code = byte.charCodeAt(0);
    return `%${digits[code >> 4]}${digits[code & 15]}`;
  });
}
