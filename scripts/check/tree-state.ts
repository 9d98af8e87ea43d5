import { command } from './command.ts';

/** What git sees of the working tree: two of them differ when a tracked file was changed, or an untracked one made. */
export async function treeState(): Promise<string> {
  return `${await command(['git', 'status', '--porcelain'])}${await command(['git', 'diff'])}`;
}
