import { expect, test } from 'vitest';
import { payThroughCuts } from '../client/pay-through-cuts.js';
import { useClients } from '../client/support.js';

const stipend = await useClients();

test('of 1,000 payments whose answers are cut at every byte, with reloads in between, none is doubled and none is lost', {
  timeout: 240_000,
}, async () => {
  const { cutAt, longest } = await payThroughCuts(stipend, 1000);
  expect(cutAt.size).toBe(longest);
});
