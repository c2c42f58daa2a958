import { type Answer, send } from '../client.js';
import type { Harness } from '../harness.js';

export interface StoredUser {
  id: string;
  username: string;
  username_key: string;
  password_hash: string;
  role: string;
  employee_id: string | null;
  disabled_at: Date | null;
  updated_at: Date;
}

/** A password that anybody may have. */
export const goodPassword = 'a good password of some length';

export const userFields = 'id username role admin disabledAt employee { id }';

export function createUser(t: Harness, input: object, account = t.admin): Promise<Answer> {
  const query = `mutation ($input: CreateUserInput!) { createUser(input: $input) { user { ${userFields} } } }`;
  return t.gql(query, { input }, account);
}

export function editUser(t: Harness, input: object, account: { token: string } = t.admin): Promise<Answer> {
  const query = `mutation ($input: EditUserInput!) { editUser(input: $input) { user { ${userFields} } } }`;
  return t.gql(query, { input }, account);
}

/** Every user as the database has them. */
export function storedUsers(t: Harness): Promise<StoredUser[]> {
  return t.database.sql<StoredUser>('SELECT * FROM users ORDER BY id');
}

export async function storedUser(t: Harness, username: string): Promise<StoredUser> {
  const user = (await storedUsers(t)).find((each) => each.username === username);
  if (!user) throw new Error(`there is no user ${username}`);
  return user;
}

/** Whether the name and the password open a session. */
export async function canLogIn(url: string, username: string, password: string): Promise<boolean> {
  const query =
    'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token } }';
  const { data, errors } = await send(url, { query, variables: { username, password } });
  if (data?.login) return true;
  if (errors?.[0]?.extensions.code !== 'UNAUTHENTICATED') throw new Error('neither let in nor refused');
  return false;
}

/** The code and the field of the one error. */
export function faultOf({ errors }: Answer): { code: string | undefined; field: string | undefined } {
  const extensions = errors?.[0]?.extensions;
  return { code: extensions?.code, field: extensions?.field };
}
