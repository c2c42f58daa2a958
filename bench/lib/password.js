import { createRequire } from 'node:module';
import { join } from 'node:path';
import { productRoot } from './product.js';

/** Stipend's own, so that the same code is measured. */
const { hash, verify } = createRequire(join(productRoot, 'package.json'))('@node-rs/argon2');

/** @returns {Promise<string>} a hash at the cost that Stipend's have */
export function hashPassword(password) {
  return hash(password, { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 });
}

const rounds = 30;

/** What checking a password against its hash costs by itself, in microseconds of CPU. */
export async function verifyCpuMicros(phc, password) {
  await verify(phc, password);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) await verify(phc, password);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds;
}
