import type { PayComponentKind } from '../generated/schema-types.js';
import { correctionCode, salaryCode } from './salary-lines.js';

/** The codes of lines that no component has to be made for. A component can't have one of them. */
export const builtInComponents: ReadonlyMap<string, { name: string; kind: PayComponentKind }> = new Map([
  [salaryCode, { name: 'Salary', kind: 'EARNING' }],
  [correctionCode, { name: 'Salary correction', kind: 'EARNING' }],
]);
