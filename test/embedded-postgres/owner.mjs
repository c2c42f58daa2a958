// A process that owns an embedded PostgreSQL: node owner.mjs <built start.js> <data folder>. It prints one line of JSON,
// and stops in good order when its standard input closes.
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

const [, , start, dataDir] = process.argv;
const { startEmbeddedPostgres } = await import(pathToFileURL(start).href);
const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const startedAt = performance.now();
try {
  const postgres = await startEmbeddedPostgres({ dataDir });
  tell({ ok: true, created: postgres.created, connection: postgres.connection });
  process.stdin.resume();
  await once(process.stdin, 'end');
  await postgres.stop();
} catch (error) {
  tell({
    ok: false,
    name: error.constructor.name,
    message: error.message,
    ms: performance.now() - startedAt,
  });
}
