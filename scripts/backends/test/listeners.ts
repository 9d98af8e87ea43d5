import { existsSync, readFileSync } from 'node:fs';

/** The state of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';

/** The addresses on which something listens on `port`, as Linux knows them: 0.0.0.0 and :: are every interface. */
export function listenersOf(port: number): string[] {
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTEN && Number.parseInt(local!.split(':')[1]!, 16) === port)
    .map(([, local]) => readable(local!.split(':')[0]!));
}

/** IPv4 is one little-endian number; IPv6 is given as it stands. */
function readable(hex: string): string {
  return hex.length === 8 ? [...Buffer.from(hex, 'hex')].reverse().join('.') : hex;
}
