import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One ```ts block of a page. */
export interface Example {
  /** The page, relative to the repo. */
  readonly page: string;
  /** The line of the page where the block begins. */
  readonly line: number;
  readonly code: string;
  /** Why it is compiled only, where the comment above it says so: `<!-- not run: reason -->`. */
  readonly notRun?: string;
}

const PAGES = ['*.md', 'docs/**/*.md', '{packages,apps,templates}/*/README.md'];
const BLOCK = /(?:<!-- not run: (?<notRun>[^\n]*?) -->\n+)?^```ts\n(?<code>.*?)^```$/gms;

export function extractExamples(): Example[] {
  return globSync(PAGES, { cwd: ROOT, exclude: ['**/node_modules/**'] })
    .sort()
    .flatMap(examplesOf);
}

function examplesOf(page: string): Example[] {
  const text = readFileSync(`${ROOT}${page}`, 'utf8');
  return [...text.matchAll(BLOCK)].map(({ index, groups, 0: block }) => {
    const before = text.slice(0, index + block.indexOf('```ts'));
    const notRun = groups?.['notRun'];
    const code = groups?.['code'] ?? '';
    return { page, line: before.split('\n').length, code, ...(notRun !== undefined && { notRun }) };
  });
}
