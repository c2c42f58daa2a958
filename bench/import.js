// How long it takes to bring a company in, and how much memory: `npm run import`.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { atEnd, endAll } from './lib/cleanup.js';
import { runCommand } from './lib/command.js';
import { openEmptyDatabase } from './lib/database.js';
import { readNumbers } from './lib/numbers.js';
import { buildProduct } from './lib/product.js';
import { promisesTable, under } from './lib/promises.js';
import { warnIfBusy } from './lib/quiet.js';
import { table } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';

const withinSeconds = 300;
const withinMegabytes = 400;
const bonusEvery = 5;

/** People who came one a day, some of whom have left. */
function* employeeLines(employees) {
  yield 'name,email,title,department,hired_on,terminated_on,salary,currency,salary_unit,bank_holder,bank_country,bank_account_number\n';
  for (let person = 0; person < employees; person += 1) {
    const left = person % 25 === 0 ? '2025-12-31' : '';
    yield `"Person ${person}, Test",person.${person}@example.com,Engineer,Department ${person % 20},${hiredOn(person)},${left},` +
      `${3000 + (person % 3000)}.50,EUR,MONTH,Person ${person},DE,DE89370400440532013000\n`;
  }
}

/** A salary for each month since somebody came, and a bonus now and then: month by month, as a payroll is printed. */
function* paymentLines(employees, payments) {
  yield 'reference,employee_email,kind,amount,currency,period_start,period_end,paid_on,note\n';
  let written = 0;
  for (let month = 0; written < payments; month += 1) {
    for (let person = 0; person < employees && written < payments; person += 1) {
      yield payment(person, month);
      written += 1;
    }
  }
}

function payment(person, number) {
  const email = `person.${person}@example.com`;
  const month = new Date(Date.UTC(2016, number, 1));
  const start = day(month);
  const end = day(new Date(Date.UTC(2016, number + 1, 0)));
  return number % bonusEvery === bonusEvery - 1
    ? `B-${number}-${person},${email},BONUS,${100 + (person % 900)}.00,EUR,,,${end},"For the quarter, with thanks"\n`
    : `S-${number}-${person},${email},SALARY,${3000 + (person % 3000)}.50,EUR,${start},${end},${end},\n`;
}

const day = (date) => date.toISOString().slice(0, 10);
const hiredOn = (person) => day(new Date(Date.UTC(2010, 0, 1 + (person % 1500))));

async function writeFile(path, lines) {
  const file = createWriteStream(path);
  Readable.from(lines).pipe(file);
  await once(file, 'close');
}

async function main() {
  const options = readNumbers('npm run import', {
    employees: { of: 'how many lines', usually: 10_000, least: 100, most: 100_000 },
    payments: { of: 'how many lines', usually: 1_000_000, least: 1_000, most: 10_000_000 },
  });
  await buildProduct();
  await warnIfBusy();
  const folder = await mkdtemp(join(tmpdir(), 'stipend-bench-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const files = { employees: join(folder, 'employees.csv'), payments: join(folder, 'payments.csv') };
  await step('Writing the files', async () => {
    await writeFile(files.employees, employeeLines(options.employees));
    await writeFile(files.payments, paymentLines(options.employees, options.payments));
  });
  const database = await step('Starting a database', openEmptyDatabase);
  const found = [];
  for (const [title, kind, ...words] of [
    ['employees', 'employees'],
    ['payments, dry run', 'payments', '--dry-run'],
    ['payments', 'payments'],
    ['payments, the same file again', 'payments'],
  ]) {
    const run = await step(`Importing ${title}`, () =>
      runCommand(['import', kind, files[kind], ...words], database.urlFor()),
    );
    found.push({ title, ...run });
  }
  const [{ employees, payments }] = await database.sql(
    'SELECT (SELECT count(*)::int FROM employees) AS employees, (SELECT count(*)::int FROM payments) AS payments',
  );
  if (employees !== options.employees || payments !== options.payments) {
    throw new Error(`${employees} employees and ${payments} payments were imported`);
  }
  const rows = found.map(({ title, seconds, megabytes }) => [
    title,
    seconds.toFixed(1),
    megabytes.toFixed(0),
  ]);
  console.log(`\n${employees} employees, ${payments} payments; PostgreSQL ${database.version}.\n`);
  console.log(table([['', 'seconds', 'MB at most'], ...rows]));
  const most = (figure) => Math.max(...found.map((one) => one[figure]));
  console.log(
    promisesTable([
      under('the longest import', most('seconds'), withinSeconds, 's'),
      under('memory of the process', most('megabytes'), withinMegabytes, 'MB'),
    ]),
  );
}

await runToEnd(main, endAll);
