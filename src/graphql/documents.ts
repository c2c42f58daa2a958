import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, parse, visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import { AppError } from '../values/app-error.js';
import { createLimitCheck, type DocumentLimits, requireShort } from './document-limits.js';

/** A document that keeps the limits, and whether its cost depends on its variables. */
interface Known {
  document: DocumentNode;
  sizedByVariables: boolean;
}

/** A document as a request brings it. */
interface GivenDocument {
  source: string;
  variables: Readonly<Record<string, unknown>>;
  /** Characters of the JSON that the variables came in. */
  requestLength: number;
  /** Whether it has a file in it: its size has been looked at. */
  isUpload?: boolean;
  /** Anonymous callers may send any number of documents, which must not evict those of the others from the cache. */
  isCached: boolean;
  /** In whose share of the cache it counts; absent for what the server itself knows. */
  sender?: string | undefined;
}

/** The documents that clients send. Those of signed-in callers are parsed and measured once. */
export interface Documents {
  /**
   * @returns the document: the same one for the same source, as long as it is cached
   * @throws AppError GRAPHQL_PARSE_FAILED, QUERY_TOO_COMPLEX
   */
  check(given: GivenDocument): DocumentNode;
}

/** What cannot be parsed is cached too: it costs as much to find. */
type Verdict = Known | AppError;

const maxDocuments = 1_000;
/** A parsed document takes up to 240 bytes of memory for each of its characters. */
const maxCharacters = 500_000;
/** What one caller's documents may take of it, so that nobody evicts those of everybody else. */
const maxShare = { max: maxDocuments / 4, maxSize: maxCharacters / 4 };
const maxSenders = 1_000;
/** JSON that is read and written again: `1e20` becomes 100000000000000000000. */
const mostGrowth = 6;
/** Characters: in a list, it and a comma. */
const leastOfValue = 2;

export function createDocuments(schema: GraphQLSchema, limits: DocumentLimits): Documents {
  const verdicts = new LRUCache<string, { verdict: Verdict }>({
    max: maxDocuments,
    maxSize: maxCharacters,
    sizeCalculation: (_verdict, source) => source.length + 1,
  });
  const remember = createShares(verdicts);
  const requireWithinLimits = createLimitCheck(schema, limits);
  const judge = (source: string, variables: Readonly<Record<string, unknown>>): Verdict => {
    try {
      requireShort(source, limits);
      const document = parseWithinLimits(source, limits);
      requireWithinLimits(document, variables);
      return { document, sizedByVariables: isSizedByVariables(document) };
    } catch (error) {
      if (error instanceof AppError) return error;
      // graphql-js reads what is within brackets by a call within a call: before V8 has compiled that, a stack holds few.
      if (error instanceof RangeError)
        return new AppError('QUERY_TOO_COMPLEX', 'The document is nested too deeply.');
      throw error;
    }
  };
  return {
    check: ({ source, variables, requestLength, isUpload = false, isCached, sender }) => {
      if (!isUpload) requireFewBytes(variables, requestLength, limits);
      requireFewValues(variables, requestLength, limits);
      const known = verdicts.get(source)?.verdict;
      if (known instanceof AppError) throw known;
      if (known) {
        if (known.sizedByVariables) requireWithinLimits(known.document, variables);
        return known.document;
      }
      const verdict = judge(source, variables);
      const isTooComplex = verdict instanceof AppError && verdict.code === 'QUERY_TOO_COMPLEX';
      if (isCached && !isTooComplex) remember(sender, source, verdict);
      if (verdict instanceof AppError) throw verdict;
      return verdict.document;
    },
  };
}

/** @returns what adds a document to the cache, and removes the sender's least recent ones above the sender's share */
function createShares(
  verdicts: LRUCache<string, { verdict: Verdict }>,
): (sender: string | undefined, source: string, verdict: Verdict) => void {
  const shares = new LRUCache<string, LRUCache<string, true>>({ max: maxSenders });
  return (sender, source, verdict) => {
    verdicts.set(source, { verdict });
    if (sender === undefined) return;
    const share =
      shares.get(sender) ??
      new LRUCache<string, true>({
        ...maxShare,
        sizeCalculation: (_true, text) => text.length + 1,
        dispose: (_true, text) => verdicts.delete(text),
      });
    shares.set(sender, share);
    share.set(source, true);
  };
}

/** Looks only at variables that came in a request long enough to hold too much. */
function requireFewBytes(
  variables: Readonly<Record<string, unknown>>,
  requestLength: number,
  limits: DocumentLimits,
): void {
  if (requestLength * mostGrowth > limits.variablesBytes && bytesOf(variables) > limits.variablesBytes) {
    throw new AppError(
      'QUERY_TOO_COMPLEX',
      `The variables are larger than ${limits.variablesBytes} bytes, or nested too deeply.`,
    );
  }
}

function requireFewValues(
  variables: Readonly<Record<string, unknown>>,
  requestLength: number,
  limits: DocumentLimits,
): void {
  if (requestLength > limits.variables * leastOfValue && hasMoreValues(variables, limits.variables)) {
    throw new AppError('QUERY_TOO_COMPLEX', `The variables hold more than ${limits.variables} values.`);
  }
  if (requestLength > maxNameCharacters && hasLongName(variables)) {
    throw new AppError('QUERY_TOO_COMPLEX', 'A name in the variables is too long.');
  }
}

/** Far longer than any name: graphql-js compares a name that it does not know with all that it knows. */
const maxNameCharacters = 10_000;

function hasLongName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => name.length > maxNameCharacters || hasLongName(inner));
}

/** Those within others included. */
function hasMoreValues(variables: Readonly<Record<string, unknown>>, most: number): boolean {
  const left: unknown[] = [variables];
  let count = 0;
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const inner = Object.values(value);
    count += inner.length;
    if (count > most) return true;
    for (const one of inner) left.push(one);
  }
  return false;
}

function bytesOf(variables: Readonly<Record<string, unknown>>): number {
  try {
    return Buffer.byteLength(JSON.stringify(variables));
  } catch {
    // They came as JSON: nothing but levels upon levels keeps them from being written as such again.
    return Number.POSITIVE_INFINITY;
  }
}

function parseWithinLimits(source: string, { tokens }: DocumentLimits): DocumentNode {
  try {
    return parse(source, { maxTokens: tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (/^Syntax Error: Document contains more that? \d+ tokens/.test(error.message)) {
      throw new AppError('QUERY_TOO_COMPLEX', `The document has more than ${tokens} tokens.`);
    }
    const { line = 1, column = 1 } = error.locations?.[0] ?? {};
    const message = withoutLiteral(error.message.slice(0, maxMessageCharacters));
    throw new AppError('GRAPHQL_PARSE_FAILED', `${message} (line ${line}, column ${column})`);
  }
}

const maxMessageCharacters = 200;

/** The parser's message without the value that it quotes, which may be a password or an account number. */
function withoutLiteral(message: string): string {
  const [text = '', kind] = message.split(/ (Int|Float|String|BlockString) "/, 2);
  return kind === undefined ? message : `${text} ${kind}.`;
}

function isSizedByVariables(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Argument: (node) => {
      if (node.name.value === 'first' && node.value.kind === Kind.VARIABLE) found = true;
    },
  });
  return found;
}
