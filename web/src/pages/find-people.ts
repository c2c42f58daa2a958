import { ask } from '../api.js';
import {
  AuditSubjectDocument,
  EmployeesDocument,
  UsersDocument,
  type UsersQuery,
} from '../generated/graphql.js';
import { texts } from '../texts/texts.js';
import type { Choice } from '../ui/combobox.js';

/** Of each kind. */
const first = 8;

export async function findPeople(search: string) {
  return (await ask(EmployeesDocument, { first, filter: { search } })).employees.nodes;
}

/** Namesakes are told apart by their addresses. */
export async function findEmployees(search: string): Promise<Choice[]> {
  return (await findPeople(search)).map(({ id, name, email }) => ({ id, text: name, hint: email }));
}

export async function findUsers(search: string): Promise<Choice[]> {
  return (await ask(UsersDocument, { first, filter: { search } })).users.nodes.map(userChoice);
}

/** Who or what entries of the audit log can be about, and has a name. */
export async function findSubjects(search: string): Promise<Choice[]> {
  const [employees, users] = await Promise.all([findEmployees(search), findUsers(search)]);
  return [...employees, ...users];
}

type FoundUser = Pick<UsersQuery['users']['nodes'][number], 'id' | 'username' | 'role'>;

const userChoice = ({ id, username, role }: FoundUser): Choice => ({
  id,
  text: username,
  hint: texts.role[role],
});

export async function userOf(id: string | undefined): Promise<Choice | undefined> {
  if (id === undefined) return undefined;
  const [user] = (await ask(UsersDocument, { first: 1, filter: { id } })).users.nodes;
  return user ? userChoice(user) : unnamed(id);
}

/** What has no name, such as a payment, is called by the end of its id: the rest is the time. */
export const shortId = (id: string): string => `…${id.slice(-8)}`;

const unnamed = (id: string): Choice => ({ id, text: shortId(id), hint: '' });

export async function subjectOf(id: string | undefined): Promise<Choice | undefined> {
  if (id === undefined) return undefined;
  const { employee, users } = await ask(AuditSubjectDocument, { id, user: { id } });
  const [user] = users.nodes;
  if (employee) return { id, text: employee.name, hint: employee.email };
  return user ? userChoice(user) : unnamed(id);
}
