import { randomUUID } from 'node:crypto';
import { type Answer, logIn } from '../client.js';
import { expectData } from '../expect.js';
import { adminPassword, type Harness } from '../harness.js';

const fields = `id version name email title department status hiredOn terminatedOn employments { startedOn endedOn }
  salary { amount currency } salaryUnit bankAccount { holder country lastFour }
  salaryHistory(first: 100) { nodes { effectiveFrom salary { amount currency } unit } }`;

/** An employee as the API shows one. */
// biome-ignore lint/suspicious/noExplicitAny: what an employee looks like is for each test to say
export type Shown = any;

type Name = 'hireEmployee' | 'terminateEmployee' | 'rehireEmployee' | 'editEmployee';

/** Asks for the change, as the admin unless said otherwise. */
export function change(
  t: Harness,
  name: Name,
  input: object,
  account: { token: string } = t.admin,
): Promise<Answer> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return t.gql(
    `mutation ($input: ${type}!) { ${name}(input: $input) { employee { ${fields} } } }`,
    { input },
    account,
  );
}

/** Changes a millisecond after the last change, or fails the test. @returns the employee as the answer shows it */
export async function changed(t: Harness, name: Name, input: object): Promise<Shown> {
  t.clock.advance(1);
  return expectData(await change(t, name, input))[name].employee;
}

export async function read(t: Harness, id: string): Promise<Shown> {
  return expectData(await t.gql(`query ($id: ID!) { employee(id: $id) { ${fields} } }`, { id }, t.admin))
    .employee;
}

export const euro = (amount: string) => ({ amount, currency: 'EUR' });

/** A hire that nothing is wrong with. */
export const newHire = (given: object = {}) => ({
  name: 'Nia New',
  email: `${randomUUID()}@example.com`,
  title: 'Engineer',
  department: 'Engineering',
  hiredOn: '2026-11-01',
  salary: euro('5000'),
  salaryUnit: 'MONTH',
  ...given,
});

/** Moves the clock on, and logs the admin in anew: no token lives for days. */
export async function advanceTo(t: Harness, instant: string): Promise<void> {
  t.clock.advance(Date.parse(instant) - t.clock.now().getTime());
  t.admin.token = await logIn(t.url, 'admin', adminPassword);
}
