import { describe, expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { useStipend } from '../harness.js';
import { checkWay, withoutNull } from './check.js';
import { isOpen, objectTypes, rightTo, rootTypes, type Step, stepsFrom, waysTo } from './paths.js';
import { roles, type TableRole } from './table.js';
import { World } from './world.js';

const t = await useStipend();
const world = await World.create(t);
const schema = createSchema();
const types = objectTypes(schema).filter((type) => !rootTypes(schema).includes(type));

async function valuesByEveryWay(role: TableRole, step: Step): Promise<unknown[]> {
  const values: unknown[] = [];
  const ways = waysTo(schema, step.type, role);
  const begun = ways.filter(([root = step]) => rightTo(root, role) !== 'refused');
  // That an operation is refused shows in operations.test.ts: once more for each field is enough.
  for (const way of begun.length > 0 ? begun : ways.slice(0, 1)) {
    values.push(...(await checkWay({ world, role, way: [...way, step] })));
  }
  return values;
}

describe.each(roles)('%s', (role) => {
  test.each(types)('gets of each field of %s what the table says, by every way to it', async (type) => {
    for (const step of stepsFrom(schema, type)) {
      const values = await valuesByEveryWay(role, step);
      const title = `${role}: ${type}.${step.field.name}`;
      if (!isOpen(rightTo(step, role))) expect(withoutNull(values), title).toEqual([]);
      // A file that can be imported, which is what an admin may do, has no problems.
      else if (type === 'ImportProblem' || title.endsWith('ImportFilePayload.problems'))
        expect(withoutNull(values), title).toEqual([]);
      // A user who logs in has no disabledAt; whoever reads sees every field filled in on some row.
      else if (role === 'ANONYMOUS') expect(values, title).not.toEqual([]);
      else expect(withoutNull(values), title).not.toEqual([]);
    }
  });
});
