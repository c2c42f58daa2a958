import { today } from './days.js';
import { newId } from './ids.js';
import { parseOrder } from './order.js';
import { prisma } from './prisma-client.js';

const operation = 'issuePayment';

/**
 * As Prisma's documentation has it: an interactive transaction, and unique constraints for what must happen once.
 *
 * @param {{ id: string }} viewer
 * @param {object} input
 * @param {(code: string, message: string) => Error} failure makes an error that clients may see
 * @returns {Promise<{ payment: object, replayed: boolean }>}
 */
export async function issuePayment(viewer, input, failure) {
  const { order, problem } = parseOrder(input);
  if (problem) throw failure('BAD_USER_INPUT', problem);
  try {
    return await prisma.$transaction(async (tx) => {
      const earlier = await findReplay(tx, viewer, order, failure);
      return earlier ?? { payment: await insertPayment(tx, viewer, order, failure), replayed: false };
    });
  } catch (error) {
    // Somebody else took the key meanwhile.
    if (error.code !== 'P2002') throw error;
    return findReplay(prisma, viewer, order, failure);
  }
}

async function findReplay(tx, viewer, { key, inputHash }, failure) {
  const record = await tx.idempotencyRecord.findUnique({
    where: { userId_operation_key: { userId: viewer.id, operation, key } },
    include: { payment: true },
  });
  if (!record) return undefined;
  if (!inputHash.equals(record.inputHash)) {
    throw failure('IDEMPOTENCY_MISMATCH', 'The key was used for another payment.');
  }
  return { payment: record.payment, replayed: true };
}

async function insertPayment(tx, viewer, order, failure) {
  await requirePayable(tx, order, failure);
  const now = new Date();
  const payment = await tx.payment.create({
    data: {
      id: newId(now),
      employeeId: order.employeeId,
      amountMinor: BigInt(order.amountMinor),
      currency: order.currency,
      kind: order.kind,
      note: order.note,
      issuedAt: now,
      issuedById: viewer.id,
    },
  });
  await tx.idempotencyRecord.create({
    data: {
      userId: viewer.id,
      operation,
      key: order.key,
      inputHash: order.inputHash,
      employeeId: order.employeeId,
      paymentId: payment.id,
      createdAt: now,
    },
  });
  await tx.auditEntry.create({
    data: {
      id: newId(now),
      at: now,
      actorId: viewer.id,
      action: 'payment.issued',
      subject: payment.id,
      changes: order.changes,
      ip: '127.0.0.1',
    },
  });
  return payment;
}

async function requirePayable(tx, { employeeId, currency }, failure) {
  const day = today();
  const employee = await tx.employee.findUnique({
    where: { id: employeeId },
    include: {
      salaryChanges: {
        where: { effectiveFrom: { lte: day } },
        orderBy: [{ effectiveFrom: 'desc' }, { id: 'desc' }],
        take: 1,
      },
    },
  });
  if (!employee) throw failure('NOT_FOUND', 'There is no such employee.');
  const works = employee.hiredOn <= day && (employee.terminatedOn === null || employee.terminatedOn >= day);
  if (!works) throw failure('BAD_USER_INPUT', 'The employee does not work here.');
  if (employee.salaryChanges[0]?.currency !== currency) {
    throw failure('BAD_USER_INPUT', 'The employee is paid in another currency.');
  }
}
