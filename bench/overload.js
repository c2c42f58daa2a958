// What becomes of a server that is asked for five times of what it can do, and of readers while logins are tried in
// masses: `npm run overload`.

import { endAll } from './lib/cleanup.js';
import { pinThisProcess, serverCore } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { measureLogins } from './lib/login-flood.js';
import { readNumbers } from './lib/numbers.js';
import { measureOverload } from './lib/overload.js';
import { buildProduct } from './lib/product.js';
import { promisesTable } from './lib/promises.js';
import { warnIfBusy } from './lib/quiet.js';
import { runToEnd, step } from './lib/step.js';

async function main() {
  const options = readNumbers('npm run overload', {
    times: { of: 'how many times the capacity is asked for', usually: 5, least: 2, most: 50 },
    seconds: { of: 'how long', usually: 10, least: 2, most: 120 },
    connections: { of: 'connections at most while it is', usually: 1500, least: 100, most: 1900 },
    eager: { of: 'connections that ask again at once', usually: 320, least: 100, most: 1900 },
    workload: { of: 'which one, W1 to W6: its number', usually: 6, least: 1, most: 6 },
    logins: { of: 'wrong logins a second', usually: 200, least: 1, most: 2000 },
    employees: { of: 'each has 100 payments', usually: 1000, least: 100, most: 100_000 },
  });
  await buildProduct();
  await warnIfBusy();
  // The generator has a core of its own: what it needs for more and more requests must not be taken from PostgreSQL, which
  // shares the server's core.
  pinThisProcess(serverCore);
  const database = await step('Filling a company', () => openFilledDatabase(options));
  pinThisProcess();
  const overload = await measureOverload(database, options);
  console.log(`\n${overload.text}\n\n${promisesTable(overload.findings)}`);
  const logins = await measureLogins(database, options);
  console.log(`\n${logins.text}\n\n${promisesTable(logins.findings)}`);
}

await runToEnd(main, endAll);
