import { expect, test } from 'vitest';
import { coreProvider } from '../../src/composition/core-provider.ts';
import { select } from '../../src/composition/select.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { secret } from '../../src/secret.ts';

test('coreProvider takes what core made, whole or derived, and refuses what was written by hand', () => {
  const whole = refreshing(fixedSource({ user: 'app', password: secret('x') }));
  const derived = select(whole, 'password');
  expect([coreProvider(whole), coreProvider(derived)]).toEqual([whole, derived]);
  expect(() => coreProvider({ ...whole })).toThrow(TypeError);
});
