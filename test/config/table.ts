import { z } from 'zod';
import { variables } from '../../src/start/variables.js';

/** One environment variable, as the table in docs/operating.md shows it. */
export interface Variable {
  name: string;
  /** As one would write it in the environment; undefined where there is none. */
  defaultText: string | undefined;
  description: string;
}

/** Defaults that config.ts holds parsed, as one would write them. */
const written: Record<string, string> = {
  TOKEN_TTL: '8h',
  SESSION_MAX_AGE: '30d',
  SESSION_IDLE: '7d',
  REFRESH_GRACE: '1d',
  OPERATION_TIMEOUT: '10s',
  PAY_RUN_TIMEOUT: '3m',
  KEEP_ALIVE: '11m',
  MAX_PAYMENT: '10000000',
};

/** Every variable that Stipend reads, in the order of config.ts. */
export const documented: Variable[] = Object.entries(variables).map(([name, schema]) => ({
  name,
  defaultText: defaultOf(name, schema),
  description: schema.description ?? '',
}));

function defaultOf(name: string, schema: z.ZodType): string | undefined {
  const hasDefault = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  if (!hasDefault) return undefined;
  const value: unknown = schema.def.defaultValue;
  if (Array.isArray(value) && value.length === 0) return undefined;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return written[name] ?? String(value);
}

/** The table as Markdown, a line for each variable. */
export function renderTable(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = documented.map(
    ({ name, defaultText, description }) =>
      `| \`${name}\` | ${defaultText === undefined ? '' : `\`${cell(defaultText)}\``} | ${cell(description)} |`,
  );
  return ['| Variable | Default | What it does |', '| --- | --- | --- |', ...rows].join('\n');
}
