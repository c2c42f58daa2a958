import { newId } from '../../src/values/ids.js';
import { type Answer, post } from '../client.js';
import { insertEmployee, insertUser, userPassword } from '../factories.js';
import type { Harness } from '../harness.js';
import { insertEmployeeComponents, insertItem, insertPayComponent, insertPayRun } from './pay-runs.js';
import type { TableRole } from './table.js';

/** Whose rows a request asks for: those of the employee who is a user, somebody else's, or nobody's. */
export type Whose = 'own' | 'others' | 'missing';

/** Who sends a request. Somebody anonymous has a name and a password to log in with, and no token. */
export interface Actor {
  username: string;
  token?: string;
}

/** Is part of every text that belongs to somebody else than the employee who is a user. */
const stranger = 'Stranger';
const strangersName = 'stella';

/** A database in which everything that can be there is there, once for the employee who is a user and once for others. */
export class World {
  readonly employeeId: Record<Whose, string>;
  readonly paymentId: Record<Whose, string>;
  readonly email: Record<Whose, string> = {
    own: 'emil@example.com',
    others: 'stranger.stella@example.com',
    missing: 'nobody@example.com',
  };
  #names = 0;

  private constructor(
    readonly t: Harness,
    readonly payRunId: string,
    own: { employeeId: string; paymentId: string },
    others: { employeeId: string; paymentId: string },
  ) {
    const missing = newId(new Date());
    this.employeeId = { own: own.employeeId, others: others.employeeId, missing };
    this.paymentId = { own: own.paymentId, others: others.paymentId, missing };
  }

  static async create(t: Harness): Promise<World> {
    const { database, admin, employee } = t;
    await database.sql('UPDATE users SET employee_id = $1 WHERE id = $2', [
      await insertStranger(t, 'Ada'),
      admin.id,
    ]);
    const issuer = { username: 'disa', role: 'ADMIN', employeeId: await insertStranger(t, 'Disa') } as const;
    const issuerId = await insertUser(database, issuer);
    await database.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [issuerId]);
    await database.sql(
      `UPDATE company SET bank_holder = 'Us', bank_country = 'DE', bank_last_four = '1234', bank_account_sealed = ''`,
    );
    const payRunId = await insertPayRun(t, 'ISSUED');
    await database.sql('UPDATE pay_components SET archived_at = now() WHERE id = $1', [
      await insertPayComponent(t, 'ARCHIVED'),
    ]);
    // The newest of all entries, in which everything is filled in.
    await database.sql(
      `INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip) SELECT gen_random_uuid(), '2099-01-01', $1,
         'a test', gen_random_uuid(), '[{"field": "name", "before": "A", "after": "B"}]', '127.0.0.1'`,
      [admin.id],
    );
    const strangerId = await insertStranger(t, 'Stella');
    await insertUser(database, { username: strangersName, role: 'EMPLOYEE', employeeId: strangerId });
    await logInFrom(t, strangersName, `${stranger} browser`);
    const complete = async (employeeId: string, text: string) => ({
      employeeId,
      paymentId: await insertHistory(t, { employeeId, text, payRunId, issuerId }),
    });
    const own = await complete(employee.employeeId, 'Own');
    return new World(t, payRunId, own, await complete(strangerId, stranger));
  }

  /** Somebody of the role who may read what there is. */
  reader(role: TableRole): Actor {
    switch (role) {
      case 'ANONYMOUS':
        return { username: this.t.employee.username };
      case 'VIEWER':
        return this.t.viewer;
      case 'EMPLOYEE':
        return this.t.employee;
      case 'ADMIN':
        return this.t.admin;
    }
  }

  /** Somebody of the role whom nobody misses: what a mutation ends or changes is theirs. */
  async writer(role: TableRole): Promise<Actor> {
    if (role === 'ANONYMOUS') return this.reader(role);
    const employeeId = role === 'EMPLOYEE' ? await insertEmployee(this.t.database) : undefined;
    return this.t.account(this.newName(), role, employeeId);
  }

  /** A name that no user has. */
  newName(): string {
    this.#names += 1;
    return `somebody-${this.#names}`;
  }

  /** A code that no component has. */
  newCode(): string {
    this.#names += 1;
    return `CODE_${this.#names}`;
  }

  /** The id of a component that somebody has whom nobody misses. */
  async employeeComponentId(): Promise<string> {
    const codes = [this.newCode(), this.newCode(), this.newCode()];
    return insertEmployeeComponents(this.t, await insertEmployee(this.t.database), codes);
  }

  /** A refresh token that was not traded yet. */
  async refreshToken({ username }: Actor): Promise<string> {
    const answer = await logInFrom(this.t, username, 'a test');
    return answer.data.login.refreshToken;
  }

  /** The session that the actor's token names, somebody else's, or none. */
  async sessionId({ username }: Actor, whose: Whose): Promise<string> {
    if (whose === 'missing') return this.employeeId.missing;
    const [session] = await this.t.database.sql<{ id: string }>(
      'SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.username = $1 ORDER BY s.id DESC',
      [whose === 'own' ? username : strangersName],
    );
    return session?.id ?? '';
  }

  /** @returns whether an answer tells of somebody else than the employee who is a user */
  tellsOfOthers(text: string): boolean {
    return [stranger, stranger.toLowerCase(), this.employeeId.others, this.paymentId.others].some((marker) =>
      text.includes(marker),
    );
  }
}

async function insertStranger(t: Harness, name: string): Promise<string> {
  return insertEmployee(t.database, {
    name: `${stranger} ${name}`,
    email: `stranger.${name.toLowerCase()}@example.com`,
    title: `${stranger} title`,
    department: `${stranger} department`,
  });
}

async function logInFrom(t: Harness, username: string, userAgent: string): Promise<Answer> {
  const query = `mutation { login(username: "${username}", password: "${userPassword}") { refreshToken } }`;
  return post(t.url, JSON.stringify({ query }), { 'user-agent': userAgent });
}

/**
 * Fills in what an employee can have: a bank account, a last day, and three payments of which each replaces the one
 * before it.
 *
 * @returns the middle payment's id: it has a payment before it and one after it
 */
async function insertHistory(
  t: Harness,
  given: { employeeId: string; text: string; payRunId: string; issuerId: string },
): Promise<string> {
  const { employeeId, text, payRunId, issuerId } = given;
  await t.database.sql(
    `UPDATE employees SET terminated_on = '2030-12-31', bank_holder = $2, bank_country = 'DE', bank_last_four = '1234',
       bank_account_sealed = 'sealed' WHERE id = $1`,
    [employeeId, text],
  );
  const [first, middle, last] = [newId(new Date()), newId(new Date()), newId(new Date())];
  const chain = [
    { id: first, replaces: null, voided: true },
    { id: middle, replaces: first, voided: true },
    { id: last, replaces: middle, voided: false },
  ];
  for (const { id, replaces, voided } of chain) {
    await t.database.sql(
      `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, note, issued_at,
         issued_by, pay_run_id, replaces, import_reference, voided_at, voided_by, void_reason)
       VALUES ($1, $2, 10000, 'EUR', 'SALARY', '2026-10-01', '2026-10-31', $3, '2026-10-31T09:00:00Z', $4, $5, $6, $3,
         CASE WHEN $7 THEN now() END, CASE WHEN $7 THEN $8::uuid END, CASE WHEN $7 THEN $3 END)`,
      [id, employeeId, text, issuerId, payRunId, replaces, voided, t.admin.id],
    );
  }
  await insertItem(t, payRunId, employeeId, last);
  await insertEmployeeComponents(
    t,
    employeeId,
    [1, 2, 3].map((way) => `${text.toUpperCase()}_${way}`),
  );
  return middle;
}
