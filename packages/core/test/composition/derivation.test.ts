import { describe, expect, test } from 'vitest';
import { derivation } from '../../src/composition/derivation.ts';
import { failing, textCredential } from './scripted-source.ts';

describe('derivation', () => {
  test('makes one derived credential of each parent, and knows the way back', () => {
    let made = 0;
    const copies = derivation((parent: ReturnType<typeof textCredential>) => {
      made += 1;
      return { ...parent };
    });
    const [a, b] = [textCredential('a'), textCredential('a')];
    expect(copies.of(a)).toBe(copies.of(a));
    expect(copies.of(a)).not.toBe(copies.of(b));
    expect([copies.parentOf(copies.of(a)), copies.parentOf(copies.of(b)), copies.parentOf(a)]).toEqual([
      a,
      b,
      undefined,
    ]);
    expect(copies.parentOf(copies.of(a))).toBe(a);
    expect(made).toBe(2);
  });

  test('remembers no failure', () => {
    let derive: (parent: ReturnType<typeof textCredential>) => ReturnType<typeof textCredential> = failing('not_found');
    const copies = derivation((parent: ReturnType<typeof textCredential>) => derive(parent));
    const parent = textCredential('a');
    expect(() => copies.of(parent)).toThrow('not_found');
    derive = (credential) => ({ ...credential });
    expect(copies.of(parent).value).toBe(parent.value);
  });
});
