import { BlockList, isIP } from 'node:net';

/**
 * What is no public unicast address, from the IANA special-purpose registries:
 * https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry
 */
const specialIpv4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local; 169.254.169.254 is the metadata service of the clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
];

/** Within 2000::/3, the only part of IPv6 that is public unicast. */
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Prefixes whose last 32 bits are an IPv4 address: IPv4-mapped, and NAT64 (RFC 6052). */
const embeddingPrefixes = ['::ffff:', '64:ff9b::'];

const globalIpv6 = blockList(['2000::/3', ...embeddingPrefixes.map((prefix) => `${prefix}0:0/96`)], 'ipv6');
const specialInIpv6 = blockList([...specialIpv6, ...specialIpv4.flatMap(embedded)], 'ipv6');
const specialInIpv4 = blockList(specialIpv4, 'ipv4');

/** Whether `address` (a literal IPv4 or IPv6 address) is one of the public internet. Anything doubtful is not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !specialInIpv4.check(address, 'ipv4');
  // A zone ("%eth0") belongs to link-local addresses only.
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !specialInIpv6.check(address, 'ipv6');
}

function embedded(subnet: string): string[] {
  const [address, bits] = subnet.split('/');
  return embeddingPrefixes.map((prefix) => `${prefix}${address}/${96 + Number(bits)}`);
}

function blockList(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
