import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

const addressWithPort = /^(?:\[([^\]]+)\]|([0-9.]+))(?::\d+)?$/;

/** What a trusted proxy passes on as the client's address may be anything; some pass on the client's port as well. */
export function addressOf({ ip }: FastifyRequest): string | null {
  if (isIP(ip) !== 0) return ip;
  const [, ipv6, ipv4] = addressWithPort.exec(ip) ?? [];
  const address = ipv6 ?? ipv4 ?? '';
  return isIP(address) === 0 ? null : address;
}
