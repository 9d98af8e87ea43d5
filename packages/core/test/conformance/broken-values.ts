import { secret } from '../../src/secret.ts';
import { type BrokenSource, withText, yielding } from './broken-source.ts';

export const wrongCredentials: Readonly<Record<string, BrokenSource>> = {
  'takes the time from the machine': {
    make: yielding(({ origin }) => ({ origin: { ...origin, fetchedAt: new Date() } })),
    fails: ['the origin says what was asked, and when by the clock of the context'],
  },
  'names no reference': {
    make: yielding(({ origin }) => ({ origin: { ...origin, reference: '' } })),
    fails: ['the origin says what was asked, and when by the clock of the context'],
  },
  'gives the expiry as a number': {
    make: yielding(() => ({ expiresAt: 1_900_000_000 as unknown as Date })),
    fails: ['the dates of a credential are valid Dates'],
  },
  'gives an expiry that is no date': {
    make: yielding(() => ({ refreshAt: new Date(Number.NaN) })),
    fails: ['the dates of a credential are valid Dates'],
  },
  'gives a version that is no string': {
    make: yielding(() => ({ version: 7 as unknown as string })),
    fails: ['a fetch yields what the backend holds'],
  },
  'carries a lease that was declared away': {
    make: yielding(() => ({ lease: {} })),
    fails: ['a credential that needs no release carries no lease'],
  },
  'decodes bytes as text': {
    make: yielding(({ value }) => ({ value: secret(Buffer.from(value.revealBytes()).toString('utf8')) })),
    fails: ['bytes that are no text arrive unchanged'],
  },
  'decodes text as Latin-1': {
    make: withText((text) => text),
    fails: ['Unicode text arrives unchanged', 'bytes that are no text arrive unchanged'],
  },
  'normalises Unicode': {
    make: yielding(({ value }) => {
      const bytes = Buffer.from(value.revealBytes());
      const text = bytes.toString('utf8');
      return Buffer.from(text).equals(bytes) ? { value: secret(text.normalize('NFC')) } : {};
    }),
    fails: ['Unicode text arrives unchanged'],
  },
  'normalises line ends': {
    make: yielding(({ value }) => {
      const latin = Buffer.from(value.revealBytes()).toString('latin1').replaceAll('\r\n', '\n');
      return { value: secret(Buffer.from(latin, 'latin1')) };
    }),
    fails: ['text of several lines arrives unchanged'],
  },
  'cuts long values': {
    make: yielding(({ value }) => ({ value: secret(value.revealBytes().subarray(0, 65_535)) })),
    fails: ['a value of 64 KiB arrives in full'],
  },
  'makes something of nothing': {
    make: yielding(({ value }) => (value.revealBytes().length === 0 ? { value: secret('null') } : {})),
    fails: ['an empty value arrives as it is, or is refused'],
  },
};
