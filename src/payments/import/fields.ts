import { badInput } from '../../values/app-error.js';
import { type Day, parseDay } from '../../values/dates.js';

/** A day of a file, `YYYY-MM-DD`. @throws AppError BAD_USER_INPUT */
export function parseCsvDay(text: string, column: string): Day {
  const time = new Date(`${text}T00:00:00.000Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time.getTime());
  if (!isDay || time.toISOString().slice(0, 10) !== text) {
    throw badInput(column, `"${column}" is not a day such as 2026-01-31.`);
  }
  return parseDay(text, column);
}

/** @throws AppError BAD_USER_INPUT */
export function oneOf<Name extends string>(names: readonly Name[]) {
  return (text: string, column: string): Name => {
    const found = names.find((name) => name === text.toUpperCase());
    if (!found) throw badInput(column, `"${column}" is not one of ${names.join(', ')}.`);
    return found;
  };
}
