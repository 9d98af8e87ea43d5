import { basename, dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';

/** An entry of a directory whose replacement makes a path lead elsewhere. */
export interface WatchPoint {
  readonly directory: string;
  readonly name: string;
}

/** As many as Linux follows before it answers ELOOP. */
const MAX_LINKS = 40;

/**
 * The entries that decide what `path` names: each symbolic link on the way, and the file at its end. For a Kubernetes
 * volume these are `token` and `..data` in the volume, and `token` in the folder that `..data` points to.
 */
export async function watchPoints(path: string): Promise<WatchPoint[]> {
  const { readlink } = await import('node:fs/promises');
  const { root } = parse(resolve(path));
  const points: WatchPoint[] = [];
  const pending = componentsOf(resolve(path));
  let at = root;
  let links = 0;
  while (pending.length > 0) {
    const name = pending.shift()!;
    const target = name === '..' ? undefined : await readlink(join(at, name)).catch(() => undefined); // no link
    if (target === undefined) {
      at = join(at, name);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return points;
    // A link right below the root (`/var` on macOS) belongs to the system; watching the root would hear the whole disk.
    if (at !== root) points.push({ directory: at, name });
    if (isAbsolute(target)) at = parse(target).root;
    pending.unshift(...componentsOf(target));
  }
  points.push({ directory: dirname(at), name: basename(at) });
  return points;
}

function componentsOf(path: string): string[] {
  const { root } = parse(path);
  return path
    .slice(root.length)
    .split(sep === '\\' ? /[\\/]/ : sep)
    .filter((name) => name !== '' && name !== '.');
}
