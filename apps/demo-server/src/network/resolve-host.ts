import { type LookupAddress, promises } from 'node:dns';
import { isIP } from 'node:net';

export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** All addresses of a URL's host; of an IP literal, the address itself. */
export const resolveHost: Resolve = async (hostname) => {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(literal);
  return family === 0 ? promises.lookup(hostname, { all: true }) : [{ address: literal, family }];
};
