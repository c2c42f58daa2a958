import { checkReads } from './check.js';
import { openFilledDatabase } from './database.js';
import { measure } from './measure.js';
import { under } from './promises.js';
import { workloadTable } from './report.js';
import { step } from './step.js';
import { openStipend } from './targets.js';
import { workloads } from './workloads.js';

const fewer = 100;
const pageOfEmployees = 20;
/** Fewer would not fill a page of those who are paid in the smaller company. */
const fewestEmployees = fewer * pageOfEmployees;
const measuredIds = ['W2', 'W3', 'W4'];
const mostRatio = 1.15;

/**
 * The same requests to two companies of as many employees, in turns: in one a hundredth of them has payments, in the other
 * all. What is asked for are the payments of those who have some in both, so that pages are equally full.
 *
 * @param {import('./options.js').Options} options
 * @returns {Promise<{ text: string, findings: import('./promises.js').Finding[] }>}
 */
export async function measureGrowth(options) {
  const employees = Math.max(options.employees, fewestEmployees);
  const pages = Math.floor(employees / fewer / pageOfEmployees);
  const paid = pages * pageOfEmployees;
  const smaller = await fillOne({ employees, paid });
  const larger = await fillOne({ employees });
  const people = await smaller.sql('SELECT DISTINCT employee_id AS id FROM payments ORDER BY id');
  const cursors = { employees: paid, pages, of: people.map(({ id }) => id) };
  const targets = [];
  for (const database of [smaller, larger]) targets.push(await openNamed(database, cursors));
  await step('Checking that both answer the same', () => checkReads(...targets));
  const texts = [];
  const findings = [];
  for (const workload of workloads.filter(({ id }) => measuredIds.includes(id))) {
    const figures = await step(`Measuring ${workload.id}`, () => measure(workload, targets, options));
    texts.push(workloadTable(workload, figures));
    findings.push(...findingsOf(workload, [...figures.values()]));
  }
  return { text: texts.join('\n'), findings };
}

function fillOne(size) {
  return step(`Filling a company of ${size.employees} employees, ${size.paid ?? 'all'} of them paid`, () =>
    openFilledDatabase(size),
  );
}

async function openNamed(database, cursors) {
  const [{ count }] = await database.sql('SELECT count(*) FROM payments');
  const target = await openStipend(database, { cursors });
  return { ...target, server: { ...target.server, name: `${count} payments` } };
}

function findingsOf({ id }, [smaller, larger]) {
  const ratio = (figure) => larger[figure] / smaller[figure];
  return [
    under(`${id}: Stipend's CPU, more payments beside fewer`, ratio('cpuMicros'), mostRatio, 'times'),
    under(`${id}: the database's CPU`, ratio('databaseCpuMicros'), mostRatio, 'times'),
  ];
}
