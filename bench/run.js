import { writeFileSync } from 'node:fs';
import { checkSameAnswers } from './lib/check.js';
import { endAll } from './lib/cleanup.js';
import { contestants } from './lib/contestants.js';
import { pinThisProcess } from './lib/cores.js';
import { accounts, openFilledDatabase } from './lib/database.js';
import { measureGrowth } from './lib/growth.js';
import { measure } from './lib/measure.js';
import { readOptions } from './lib/options.js';
import { verifyCpuMicros } from './lib/password.js';
import { generatePrismaClient } from './lib/prisma-client.js';
import { buildProduct } from './lib/product.js';
import { promisesTable } from './lib/promises.js';
import { circumstances, loginNote, recordInReadme, startTable, workloadTable } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';
import { openTargets, stipendOf } from './lib/targets.js';
import { workloads } from './lib/workloads.js';

const known = { workloads: workloads.map(({ id }) => id), peers: contestants.map(({ name }) => name) };

async function main() {
  const options = readOptions(process.argv.slice(2), known);
  pinThisProcess();
  await buildProduct();
  if (options.growth) {
    const { text, findings } = await measureGrowth(options);
    console.log(`\n${text}\n${promisesTable(findings)}`);
    return;
  }
  await generatePrismaClient();
  const { employees, peers: names, cursors } = options;
  const database = await step(`Filling a company of ${employees} employees`, () =>
    openFilledDatabase({ employees }),
  );
  const targets = await step('Starting the servers', () => openTargets(database, { names, cursors }));
  await step('Checking that all answer the same', async () => {
    for (const target of targets) await checkSameAnswers(target, stipendOf(targets), database);
  });
  const { text, figures } = await measureAll(targets, database, options);
  if (options.record) recordInReadme(text);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
}

async function measureAll(targets, database, options) {
  const [{ count }] = await database.sql('SELECT count(*) FROM payments');
  const measured = targets.filter(({ server }) => options.peers.includes(server.name));
  const parts = [];
  const show = (part) => {
    parts.push(part);
    console.log(`\n${part}`);
  };
  show(circumstances(options, database, count));
  show(startTable(measured));
  const figures = {};
  for (const workload of workloads.filter(({ id }) => options.workloads.includes(id))) {
    const contestants = workload.alone ? [stipendOf(targets)] : measured;
    const found = await step(`Measuring ${workload.id}`, () => measure(workload, contestants, options));
    figures[workload.id] = Object.fromEntries(found);
    show(workloadTable(workload, found));
    if (workload.id === 'W8') show(loginNote(found.get('stipend'), await hashMicros(database)));
  }
  return { text: parts.join('\n'), figures };
}

async function hashMicros(database) {
  const [{ password_hash: phc }] = await database.sql('SELECT password_hash FROM users WHERE username = $1', [
    accounts.admin,
  ]);
  return verifyCpuMicros(phc, accounts.password);
}

await runToEnd(main, endAll);
