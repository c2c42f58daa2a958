import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clusterDirOf } from '../../src/embedded-postgres/cluster.js';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start.js';

test.runIf(process.getuid?.() === 0)(
  'as root, a warning says so when PostgreSQL runs as nobody, as whom others may run',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'stipend-nobody-'));
    try {
      const warningsOf = async (): Promise<string[]> => {
        const warnings: string[] = [];
        const postgres = await startEmbeddedPostgres({
          dataDir,
          onWarning: (message) => warnings.push(message),
        });
        await postgres.stop();
        return warnings;
      };
      const hasUser = /^postgres:/m.test(readFileSync('/etc/passwd', 'utf8'));
      expect(await warningsOf()).toHaveLength(hasUser ? 0 : 1);
      execFileSync('chown', ['-R', 'nobody:nogroup', clusterDirOf(dataDir)]);
      expect(await warningsOf()).toEqual([expect.stringContaining('PostgreSQL as the user nobody')]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
  60_000,
);
