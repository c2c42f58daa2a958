import { expect, test } from 'vitest';
import { payThroughCuts } from './pay-through-cuts.js';
import { useClients } from './support.js';

const stipend = await useClients();

test('of 100 payments whose answers are cut, with reloads in between, none is doubled and none is lost', async () => {
  const { cutAt } = await payThroughCuts(stipend, 100);
  expect(cutAt.size).toBeGreaterThan(100);
});
