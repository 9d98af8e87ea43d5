import { type Secret, secret } from '../secret.ts';
import { check } from './runner.ts';
import { checkSilent } from './source-checks.ts';
import {
  checkGranted,
  checkHeld,
  checkStored,
  checkWritten,
  newClaim,
  newData,
  newFamily,
  type StoreTest,
} from './token-store-world.ts';

/** Families do not mix, and data arrives as it was stored. */
export const recordTests: readonly StoreTest[] = [
  {
    capability: 'families',
    title: 'families keep apart, whatever their names',
    async body({ open }) {
      const store = await open();
      const families = awkwardNames(newFamily()).map((name) => ({ name, data: newData() }));
      for (const { name, data } of families) checkWritten(await store.compareAndSwap(name, 0, data), 1);
      const reader = await open();
      for (const { name, data } of families) checkStored(await reader.read(name), 1, data);
    },
  },
  {
    capability: 'families',
    title: 'claims of different families keep apart, whatever their names',
    async body({ open }) {
      const store = await open();
      const { digest } = newClaim('', 1);
      const claims = awkwardNames(newFamily()).map((name) => newClaim(name, 1, { digest }));
      for (const { family } of claims) await store.compareAndSwap(family, 0, newData());
      for (const claim of claims) checkGranted(await store.claim(claim));
      for (const claim of claims) {
        checkHeld(await store.claim(newClaim(claim.family, 1, { digest })), claim.owner);
      }
    },
  },
  ...dataKinds().map(
    ([title, data]): StoreTest => ({
      capability: 'data',
      title: `${title} arrives unchanged`,
      async body({ open, family }) {
        checkWritten(await (await open()).compareAndSwap(family, 0, data()), 1);
        checkStored(await (await open()).read(family), 1, data());
      },
    }),
  ),
  {
    capability: 'data',
    title: 'empty data is no deletion',
    async body({ open, family }) {
      const store = await open();
      await store.compareAndSwap(family, 0, secret(''));
      checkStored(await (await open()).read(family), 1, secret(''));
      checkGranted(await store.claim(newClaim(family, 1)));
    },
  },
  {
    capability: 'secrecy',
    title: 'neither a store nor what it answers tells a secret when printed',
    async body({ open, family, harness }) {
      const store = await open();
      const data = newData();
      await store.compareAndSwap(family, 0, data);
      const answers = [await store.read(family), await store.claim(newClaim(family, 1))];
      const secrets = [data, ...(harness.secrets ?? [])];
      check(typeof store.name === 'string' && store.name !== '', 'the store has no name');
      checkSilent('the store', store, secrets);
      checkSilent('an answer', answers, secrets);
    },
  },
];

/** What separators, file systems, key patterns and objects of a language might confuse. */
function awkwardNames(base: string): string[] {
  const pairs = [
    `${base}:a:b`,
    `${base}:a/b`,
    `${base}/a:b`,
    `${base}:a`,
    `${base}`,
    `${base}:`,
    `${base}/`,
    `${base}.`,
  ];
  const paths = [`../${base}`, `./${base}`, `/${base}`, `${base}/..`, `${base}\\a`, `${base}%2Fa`, `${base}\0`];
  const letters = [
    `${base}A`,
    `${base}a`,
    `${base}\u00e5`,
    `${base}a\u030a`,
    `${base}\ud83d\udd11`,
    `${base} `,
    `${base}\n`,
  ];
  const patterns = [`${base}*`, `${base}?`, `${base}{a}`, `${base}__proto__`, 'x'.repeat(1_000) + base];
  return [...pairs, ...paths, ...letters, ...patterns, `${'x'.repeat(1_000)}${base}y`];
}

function dataKinds(): [title: string, data: () => Secret][] {
  const long = secret(Array.from({ length: 8_192 }, (_, index) => index.toString(16).padStart(8, '0')).join(''));
  const bytes = secret(Uint8Array.from({ length: 256 }, (_, index) => 255 - index));
  const text = secret('{"n\u00e4me":"\u5bc6\u7801 \ud83d\udd11 a\u030a\u00e5",\r\n\t"x":"\\"}');
  return [
    ['data of 64 KiB', () => long],
    ['data of all bytes', () => bytes],
    ['Unicode text of several lines', () => text],
  ];
}
