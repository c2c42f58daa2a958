import { expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { readAnswer, send } from '../client.js';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { callOf, headOf } from './ask.js';
import { changedTables, digestTables } from './digest.js';
import { coordinate, rightTo, stepsFrom } from './paths.js';
import { roles } from './table.js';
import { World } from './world.js';

const t = await useStipend();
const world = await World.create(t);
const schema = createSchema();

const introspection = '{ __schema { types { name fields { name } } } __type(name: "Payment") { name } }';

async function get(parameters: Record<string, string>, token?: string): Promise<Response> {
  return fetch(`${t.url}/graphql?${new URLSearchParams(parameters)}`, {
    headers: {
      'apollo-require-preflight': 'true',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  });
}

test('introspection shows everybody the same schema, and no data', async () => {
  const before = await digestTables(t.database);
  const answers = await Promise.all(
    roles.map((role) => send(t.url, { query: introspection, token: world.reader(role).token })),
  );
  for (const answer of answers) {
    expectData(answer);
    expect(answer.text).toBe(answers[0]?.text);
    expect(world.tellsOfOthers(answer.text)).toBe(false);
  }
  expect(changedTables(before, await digestTables(t.database))).toEqual([]);
});

test('where introspection is off, it is refused to everybody, and `__typename` is not', async () => {
  const { url } = await t.startAnother({ INTROSPECTION: 'off' });
  for (const role of roles) {
    const { token } = world.reader(role);
    for (const query of [
      introspection,
      '{ __type(name: "Payment") { name } }',
      '{ a: __schema { __typename } }',
    ]) {
      const { data, errors } = await send(url, { query, token });
      expect(data, role).toBeUndefined();
      expect(new Set(errors?.map((error) => error.extensions.code)), role).toEqual(
        new Set(['GRAPHQL_VALIDATION_FAILED']),
      );
    }
    expect((await send(url, { query: '{ __typename }', token })).data).toEqual({ __typename: 'Query' });
    expect((await send(url, { query: 'mutation { __typename }', token })).data).toEqual({
      __typename: 'Mutation',
    });
  }
});

test('a query by GET is refused as one by POST is', async () => {
  const queries = stepsFrom(schema, 'Query').filter((step) => rightTo(step, 'ANONYMOUS') === 'refused');
  for (const step of queries) {
    const call = await callOf([step], { world, actor: world.reader('ANONYMOUS'), whose: 'others' });
    const parameters = {
      query: `${headOf(call)} { ${call.text} }`,
      variables: JSON.stringify(call.variables),
    };
    const answer = await readAnswer(await get(parameters));
    expectCode(answer, 'UNAUTHENTICATED', { of: coordinate(step) });
  }
});

test('no mutation runs by GET, not even for an admin', async () => {
  const subject = { world, actor: await world.writer('ADMIN'), whose: 'own' } as const;
  for (const step of stepsFrom(schema, 'Mutation')) {
    const call = await callOf([step], subject);
    const parameters = {
      query: `${headOf(call)} { ${call.text} }`,
      variables: JSON.stringify(call.variables),
    };
    const before = await digestTables(t.database);
    const response = await get(parameters, subject.actor.token);
    expect(response.status, coordinate(step)).toBe(405);
    expect(changedTables(before, await digestTables(t.database)), coordinate(step)).toEqual([]);
  }
});
