import { type DocumentNode, type GraphQLSchema, Kind } from 'graphql';
import { AppError } from '../values/app-error.js';
import { createDocumentMeter } from './document-meter.js';

/** The most that a document may ask for. Each is an environment variable: see src/start/variables.ts. */
export interface DocumentLimits {
  /** Of the text, with names, strings, comments and white space. */
  characters: number;
  lines: number;
  tokens: number;
  operations: number;
  depth: number;
  aliases: number;
  /** Characters of the longest name of a field in the response. */
  name: number;
  rootFields: number;
  directives: number;
  /** Fields with every fragment written out where it is spread. */
  fields: number;
  /** Fields that may be resolved, by the sizes of the requested pages. */
  cost: number;
  /** Values that come with the document, those within others included. */
  variables: number;
  /** The same as JSON. */
  variablesBytes: number;
  /** Of the response. */
  answerBytes: number;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * Looks at no more of a text than its length and its line ends, which is before it is parsed.
 *
 * @throws AppError QUERY_TOO_COMPLEX, naming the limit
 */
export function requireShort(source: string, limits: DocumentLimits): void {
  requireAtMost('characters', source.length, limits.characters);
  // graphql-js counts lines from the start of the document for each place of each error.
  requireAtMost('lines', countLines(source), limits.lines);
}

/**
 * @returns what checks a document before anything whose own cost grows with it, validation above all, looks at it. It
 *   throws AppError QUERY_TOO_COMPLEX, naming the limit
 */
export function createLimitCheck(
  schema: GraphQLSchema,
  limits: DocumentLimits,
): (document: DocumentNode, variables: Variables) => void {
  const meterFor = createDocumentMeter(schema);
  return (document, variables) => {
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    requireAtMost('operations', operations.length, limits.operations);
    const meter = meterFor(document, variables);
    for (const operation of operations) {
      requireAtMost('root fields', meter.rootFields(operation), limits.rootFields);
      const size = meter.operation(operation);
      requireAtMost('levels', size.depth, limits.depth);
      requireAtMost('aliases', size.aliases, limits.aliases);
      requireAtMost('directives', size.directives, limits.directives);
      requireAtMost('fields', size.fields, limits.fields);
      requireAtMost('characters in the name of a field', size.name, limits.name);
      requireAtMost('resolved fields, by the sizes of its pages', size.cost, limits.cost);
    }
    // Validation looks at fragments that no operation spreads too, and some that go round in circles end its stack.
    for (const size of meter.fragments()) {
      requireAtMost('levels', size.depth, limits.depth);
      requireAtMost('fields', size.fields, limits.fields);
    }
  };
}

/** @throws AppError QUERY_TOO_COMPLEX when a response, as JSON, is larger than the limit */
export function requireAnswerWithin(maxBytes: number, json: string | Buffer): void {
  // No character takes more than three bytes, so most responses need not be looked at.
  if (json.length * 3 <= maxBytes || Buffer.byteLength(json) <= maxBytes) return;
  throw new AppError('QUERY_TOO_COMPLEX', `The answer is larger than ${maxBytes} bytes.`);
}

function requireAtMost(what: string, actual: number, most: number): void {
  if (actual > most) throw new AppError('QUERY_TOO_COMPLEX', `The document has more than ${most} ${what}.`);
}

/** As GraphQL counts them: a line ends with a line feed, a carriage return, or both. */
function countLines(source: string): number {
  let lines = 1;
  for (let index = 0; index < source.length; index++) {
    const code = source.charCodeAt(index);
    if (code === 0x0a || (code === 0x0d && source.charCodeAt(index + 1) !== 0x0a)) lines += 1;
  }
  return lines;
}
