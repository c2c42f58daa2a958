/** What a request takes: see docs/import.md. */
export const maxFileBytes = 6_000_000;

export type CsvFault = 'missing' | 'tooLong' | 'notUtf8';

/** @returns the text, or why it can't be sent */
export async function readCsv(file: File | undefined): Promise<{ text: string } | { fault: CsvFault }> {
  if (!file) return { fault: 'missing' };
  if (file.size > maxFileBytes) return { fault: 'tooLong' };
  try {
    // Letters of another encoding would become other letters, and be imported like that.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()) };
  } catch {
    return { fault: 'notUtf8' };
  }
}

export interface FileProblem {
  line: number;
  column?: string | null;
  message: string;
}

const problemForm = /^Line (\d+)(?:, ([^:]+))?: (.*)$/;

/** @returns the problems that an error's message lists, one on each line, and what else it says */
export function problemsIn(message: string): { problems: FileProblem[]; rest: string } {
  const problems: FileProblem[] = [];
  const rest: string[] = [];
  for (const sentence of message.split('\n')) {
    const [, line, column, text] = problemForm.exec(sentence) ?? [];
    if (text === undefined) rest.push(sentence);
    else problems.push({ line: Number(line), message: text, ...(column !== undefined && { column }) });
  }
  return { problems, rest: rest.join(' ') };
}
