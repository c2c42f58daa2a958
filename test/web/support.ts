import { vi } from 'vitest';

/** Modules of the console, as a British browser loads them; its globals are there for no other test. */
vi.stubGlobal('navigator', { language: 'en-GB' });
vi.stubGlobal('document', { documentElement: {} });

export const format = await import('../../web/src/format.js');
export const { en } = await import('../../web/src/texts/en.js');
export const { de } = await import('../../web/src/texts/de.js');
export const { parseAuditSearch } = await import('../../web/src/pages/audit.search.js');
export const { instantsOf, parseEmployeeSearch } = await import('../../web/src/pages/employee.search.js');
export const { parseEmployeesSearch } = await import('../../web/src/pages/employees.search.js');
export const { parsePaymentsSearch } = await import('../../web/src/pages/payments.search.js');
export const { parsePayRunSearch, parsePayRunsSearch } = await import(
  '../../web/src/pages/pay-runs.search.js'
);
export const { maxFileBytes, problemsIn, readCsv } = await import('../../web/src/pages/csv-file.js');

vi.unstubAllGlobals();
