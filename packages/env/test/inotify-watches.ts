import { readdirSync, readFileSync, statSync } from 'node:fs';

/** How many watches this process holds on `directory`, as Linux counts them. */
export function inotifyWatches(directory: string): number {
  const inode = statSync(directory).ino.toString(16);
  return inotifyLines().filter((line) => line.includes(` ino:${inode} `)).length;
}

function inotifyLines(): string[] {
  return readdirSync('/proc/self/fdinfo').flatMap((fd) => {
    try {
      const lines = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').split('\n');
      return lines.filter((line) => line.startsWith('inotify '));
    } catch {
      return []; // Closed between the listing and the reading: the listing's own descriptor.
    }
  });
}
