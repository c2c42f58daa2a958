import { failureOf } from '../telemetry/failure.js';

/** Runs a use case and counts what came of it: OK, or the code of its error. */
export async function counted<T>(count: (outcome: string) => void, useCase: () => Promise<T>): Promise<T> {
  try {
    const result = await useCase();
    count('OK');
    return result;
  } catch (error) {
    count(failureOf(error).code);
    throw error;
  }
}
