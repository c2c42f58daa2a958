import DataLoader from 'dataloader';
import { today } from '../shared/days.js';
import { prisma } from '../shared/prisma-client.js';

/** New ones for each request. */
export function createLoaders() {
  return {
    user: new DataLoader(async (ids) => {
      const users = await prisma.user.findMany({ where: { id: { in: [...ids] } } });
      return inOrder(ids, users, (user) => user.id);
    }),
    salary: new DataLoader(async (employeeIds) => {
      const changes = await salariesInForce([...employeeIds]);
      return inOrder(employeeIds, changes, (change) => change.employeeId);
    }),
  };
}

async function salariesInForce(employeeIds) {
  const newest = [{ effectiveFrom: 'desc' }, { id: 'desc' }];
  const inForce = await prisma.salaryChange.findMany({
    where: { employeeId: { in: employeeIds }, effectiveFrom: { lte: today() } },
    orderBy: newest,
    distinct: ['employeeId'],
  });
  const having = new Set(inForce.map((change) => change.employeeId));
  const missing = employeeIds.filter((id) => !having.has(id));
  if (missing.length === 0) return inForce;
  const toCome = await prisma.salaryChange.findMany({
    where: { employeeId: { in: missing } },
    orderBy: [{ effectiveFrom: 'asc' }, { id: 'desc' }],
    distinct: ['employeeId'],
  });
  return [...inForce, ...toCome];
}

function inOrder(keys, rows, keyOf) {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}
