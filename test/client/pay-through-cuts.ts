import { isStipendError, memoryStore, type PendingMutation } from '@stipend/client';
import { expect } from 'vitest';
import { insertEmployee } from '../factories.js';
import { adminPassword } from '../harness.js';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.js';
import type { ClientHarness } from './support.js';

const document = `mutation Pay($input: IssuePaymentInput!) {
  issuePayment(input: $input) { replayed payment { id note } }
}`;
const lanes = 4;

/**
 * Makes payments that nothing but their keys protect, through a proxy that cuts up to four answers to each. A client gives up
 * after two tries: the next one has what a page has after a reload, the tokens and the payments that are not answered yet.
 *
 * @throws AssertionError when a payment was doubled or lost
 */
export async function payThroughCuts(stipend: ClientHarness, count: number): Promise<CuttingProxy> {
  const proxy = await startCuttingProxy(stipend.url, (payment) => payment % 5);
  const store = memoryStore();
  const open = (pending?: ReturnType<typeof pendingStore>) =>
    stipend.client({
      url: proxy.url,
      store,
      ...(pending && { pending }),
      retry: { firstDelayMs: 1, maxTries: 2 },
    });
  await open().login('admin', adminPassword);

  const payOne = async (payment: number, employeeId: string) => {
    const pending = pendingStore();
    const input = {
      employeeId,
      kind: 'BONUS',
      amount: { amount: '1.00', currency: 'EUR' },
      note: String(payment),
    };
    try {
      await open(pending).mutate(document, { input });
    } catch (error) {
      expect(isStipendError(error, 'NO_ANSWER'), String(error)).toBe(true);
    }
    for (let reloads = 0; pending.list().length > 0 && reloads < 5; reloads++) await open(pending).resume();
    expect(pending.list(), `payment ${payment} is not answered`).toEqual([]);
  };
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const email = `lane${lane}@example.com`;
      const employeeId = await insertEmployee(stipend.database, { name: 'Ada', email });
      for (let payment = lane; payment < count; payment += lanes) await payOne(payment, employeeId);
    }),
  );

  const rows = await stipend.database.sql<{ note: string }>('SELECT note FROM payments');
  const paid = rows.map(({ note }) => Number(note)).sort((a, b) => a - b);
  expect(paid).toEqual(Array.from({ length: count }, (_, payment) => payment));
  return proxy;
}

function pendingStore() {
  const kept = new Map<string, PendingMutation>();
  return {
    add: (mutation: PendingMutation) => void kept.set(mutation.key, mutation),
    remove: (key: string) => void kept.delete(key),
    list: () => [...kept.values()],
  };
}
