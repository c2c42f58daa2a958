import { isIPv4, isIPv6, SocketAddress } from 'node:net';

const mappedIPv4 = /^::ffff:([0-9.]+)$/;

/**
 * The network that counts as one client: an IPv4 address itself, and the /64 network of an IPv6 address, because whoever has
 * one of its addresses has all of them.
 *
 * @returns null if it is no address
 */
export function networkOf(given: string | null): string | null {
  const address = given ?? '';
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return null;
  // Normalized: an address can be written in several ways.
  const ip = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = mappedIPv4.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing =
    tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group !== '').length;
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':');
}
