import type { z } from 'zod';
import type { DocumentLimits } from '../graphql/document-limits.js';
import { limit } from './variable-kinds.js';

/** The limits of GraphQL documents, their variables and their answers. */
export const documentLimitVariables = {
  MAX_DOCUMENT_CHARACTERS: limit(16_000).describe(
    'Maximum number of characters in a GraphQL document, comments and white space included.',
  ),
  MAX_DOCUMENT_LINES: limit(1_000).describe('Maximum number of lines in a document.'),
  MAX_TOKENS: limit(2_000).describe('Maximum number of tokens in a document.'),
  MAX_OPERATIONS: limit(10).describe('Maximum number of operations in a document.'),
  MAX_DEPTH: limit(16).describe('Maximum depth of nested fields.'),
  MAX_ALIASES: limit(30).describe('Maximum number of aliases in a document.'),
  MAX_NAME_CHARACTERS: limit(100).describe(
    'Maximum number of characters in the name of a field in the answer, or in its alias.',
  ),
  MAX_ROOT_FIELDS: limit(20).describe('Maximum number of top-level fields of an operation.'),
  MAX_DIRECTIVES: limit(20).describe('Maximum number of directives in a document.'),
  MAX_FIELDS: limit(500).describe('Maximum number of fields, with every fragment expanded.'),
  MAX_COST: limit(20_000).describe(
    'Maximum number of fields to resolve, counted with the sizes of the requested pages; introspection included.',
  ),
  MAX_VARIABLES: limit(1_000).describe(
    "Maximum number of values in a request's variables, nested ones included.",
  ),
  MAX_VARIABLES_BYTES: limit(253_952).describe("Maximum size of a request's variables as JSON, in bytes."),
  MAX_ANSWER_BYTES: limit(2_000_000).describe('Maximum size of an answer as JSON, in bytes.'),
};

type DocumentLimitVariables = z.infer<z.ZodObject<typeof documentLimitVariables>>;

export function documentLimitsOf(v: DocumentLimitVariables): DocumentLimits {
  return {
    characters: v.MAX_DOCUMENT_CHARACTERS,
    lines: v.MAX_DOCUMENT_LINES,
    tokens: v.MAX_TOKENS,
    operations: v.MAX_OPERATIONS,
    depth: v.MAX_DEPTH,
    aliases: v.MAX_ALIASES,
    name: v.MAX_NAME_CHARACTERS,
    rootFields: v.MAX_ROOT_FIELDS,
    directives: v.MAX_DIRECTIVES,
    fields: v.MAX_FIELDS,
    cost: v.MAX_COST,
    variables: v.MAX_VARIABLES,
    variablesBytes: v.MAX_VARIABLES_BYTES,
    answerBytes: v.MAX_ANSWER_BYTES,
  };
}
