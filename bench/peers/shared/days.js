/** Prisma and pg take and give a DATE as its first instant. */
export function today() {
  return new Date(`${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`);
}

/** @param {{ terminatedOn: Date | null }} employee */
export function statusOf({ terminatedOn }) {
  return terminatedOn !== null && terminatedOn < today() ? 'TERMINATED' : 'ACTIVE';
}
