import { formatCount } from '../format.js';
import { texts } from '../texts/texts.js';
import { type Column, Table } from '../ui/table.js';
import type { FileProblem } from './csv-file.js';

const columns: Array<Column<FileProblem & { id: string }>> = [
  { name: texts.importing.line, number: true, cell: ({ line }) => formatCount(line) },
  { name: texts.importing.column, cell: ({ column }) => column && <code>{column}</code> },
  // In the words of the server, which are English.
  { name: texts.importing.problem, cell: ({ message }) => <span lang="en">{message}</span> },
];

/** What is wrong with a file, by line and column. */
export const ProblemTable = ({ problems }: { problems: readonly FileProblem[] }) => (
  <Table
    caption={texts.importing.problems}
    columns={columns}
    rows={problems.map((problem, index) => ({ ...problem, id: String(index) }))}
    empty={null}
  />
);
