/** A regular file of Linux that nobody may read, not even root: writing to it flushes the routing cache. */
export const UNREADABLE_FOR_ALL = '/proc/sys/net/ipv4/route/flush';
