// What each piece of machinery for speed gains: `npm run machinery` measures Stipend without it in turns with Stipend as it is.

import { checkSameAnswers } from './lib/check.js';
import { endAll } from './lib/cleanup.js';
import { pinThisProcess } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { measure } from './lib/measure.js';
import { readNumbers } from './lib/numbers.js';
import { buildProduct } from './lib/product.js';
import { warnIfBusy } from './lib/quiet.js';
import { circumstances, ratios, spreadOf, table } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';
import { openTargets, stipendOf } from './lib/targets.js';
import { makeContestantsWithout } from './lib/without.js';
import { workloads } from './lib/workloads.js';

const warmUp = { requests: 4000, seconds: 10 };
/** W6 is a mix of the others, and W8 a hash of a password. */
const left = ['W6', 'W8'];

async function main() {
  const options = readNumbers('npm run machinery', {
    employees: {
      of: 'how many people the company has, with 100 payments each',
      usually: 1_000,
      least: 100,
      most: 100_000,
    },
    turns: { of: 'how often each is measured on each workload', usually: 3, least: 1, most: 100 },
    seconds: { of: 'how long each time', usually: 2, least: 1, most: 600 },
    connections: { of: 'how many ask at the same time', usually: 16, least: 1, most: 1000 },
  });
  pinThisProcess();
  await buildProduct();
  await warnIfBusy();
  const { employees } = options;
  const database = await step('Filling a company', () => openFilledDatabase({ employees }));
  const from = makeContestantsWithout();
  const targets = await step('Starting the servers', () =>
    openTargets(database, {
      names: from.map(({ name }) => name),
      cursors: { employees: 100, pages: 20 },
      from,
    }),
  );
  await step('Checking that all answer the same', async () => {
    for (const target of targets) await checkSameAnswers(target, stipendOf(targets), database);
  });
  const [{ count }] = await database.sql('SELECT count(*) FROM payments');
  const found = [];
  for (const workload of workloads.filter(({ id }) => !left.includes(id))) {
    const figures = await step(`Measuring ${workload.id}`, () =>
      measure(workload, targets, { ...options, warmUp }),
    );
    found.push({ id: workload.id, figures });
  }
  console.log(`\n${circumstances(options, database, count)}`);
  console.log(
    `\nThe server's CPU without a piece, as times of that with it\n\n${timesTable(found, 'turns')}`,
  );
  console.log(`The same of PostgreSQL's CPU\n\n${timesTable(found, 'databaseTurns')}`);
}

/** @param {'turns' | 'databaseTurns'} of what is compared, turn by turn */
function timesTable(found, of) {
  const names = [...(found[0]?.figures.keys() ?? [])].filter((name) => name !== 'stipend');
  const rows = names.map((name) => [
    name,
    ...found.map(({ figures }) => spreadOf(ratios(figures.get(name)[of], figures.get('stipend')[of]), 2)),
  ]);
  return table([['without', ...found.map(({ id }) => id)], ...rows]);
}

await runToEnd(main, endAll);
