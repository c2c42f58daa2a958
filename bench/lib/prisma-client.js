import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const schema = path('../peers/prisma/schema.prisma');
const stamp = path('../node_modules/.prisma/client/.generated-from');
const prisma = path('../node_modules/prisma/build/index.js');

/** The client of the peers on Prisma, unless it was generated from just this schema. */
export async function generatePrismaClient() {
  const text = readFileSync(schema, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === text) return;
  await promisify(execFile)(process.execPath, [prisma, 'generate', '--schema', schema], {
    // Any file will do: generating needs no schema engine, and naming one keeps Prisma from downloading it.
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  writeFileSync(stamp, text);
}
