import { beforeEach, expect, test } from 'vitest';
import { useStipend } from '../harness.js';

const t = await useStipend();
const secret = 'DE89370400440532013000';

beforeEach(() => {
  t.logLines.length = 0;
});

/** What is valid, and can't be run with what it is given: graphql-js finds that out on the way only. */
const cases: Array<[string, string, object, string]> = [
  [
    'null for an argument that has a default and may not be null',
    'mutation ($scope: LogoutScope) { logout(scope: $scope) { revokedSessions } }',
    { scope: null },
    'BAD_USER_INPUT',
  ],
  ['null for an id', 'query ($id: ID = 5) { employee(id: $id) { name } }', { id: null }, 'BAD_USER_INPUT'],
  [
    'null for a condition',
    'query ($a: Boolean = false) { me { id @skip(if: $a) role } }',
    { a: null },
    'BAD_USER_INPUT',
  ],
  [
    'null for a field of an input',
    `mutation ($kind: PaymentKind) { issuePayment(input: { employeeId: 5, note: "${secret}", amount: { amount: 5, currency: 5 },
       kind: $kind }) { replayed } }`,
    { kind: null },
    'BAD_USER_INPUT',
  ],
  ['a subscription', 'subscription { me { username } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
];

test.each(cases)(
  '%s is told as the fault of the client, without any value, and is no fault of the server in the log',
  async (_what, query, variables, code) => {
    for (let time = 0; time < 3; time++) {
      const answer = await t.gql(query, variables, t.admin);
      expect(
        answer.errors?.map(({ extensions }) => extensions.code),
        answer.text,
      ).toEqual([code]);
      expect(answer.text).not.toContain(secret);
    }
    expect(t.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
    expect(t.logLines.join('')).not.toContain(secret);
  },
);
