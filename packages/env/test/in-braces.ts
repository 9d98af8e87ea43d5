/** A variable reference as clients write it, which no linter takes for a forgotten template string. */
export function inBraces(name: string): string {
  return `\${${name}}`;
}
