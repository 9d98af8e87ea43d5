import { describe, expect, test } from 'vitest';
import { importsOf } from '../check/core-reach.ts';

describe('importsOf', () => {
  test('finds every form in which a built module names another one', () => {
    const code = `
import { a as b, c } from "./static.js";
import * as everything from './namespace.js';
import "./effect.js";
export { d } from "./exported.js";
export * from './all.js';
const lazy = () => import("node:fs");
`;
    expect(importsOf(code)).toEqual([
      './static.js',
      './namespace.js',
      './effect.js',
      './exported.js',
      './all.js',
      'node:fs',
    ]);
  });

  test('finds an import that is broken over lines', () => {
    expect(importsOf('import {\n\ta,\n\tb\n} from "./chunk.js";\n')).toEqual(['./chunk.js']);
  });

  test('is not misled by text', () => {
    expect(importsOf('const hint = "import the key from \'node:fs\'";\nimportant("node:path");\n')).toEqual([]);
  });
});
