import {
  type DocumentNode,
  execute,
  type GraphQLSchema,
  getOperationAST,
  type OperationTypeNode,
} from 'graphql';
import { createContext, type RequestOrigin } from './context.js';
import { createDirectOperation, type DirectOperation } from './direct-operation.js';
import { shownName } from './operations.js';
import { type Answer, maxReportedErrors } from './outcomes.js';

/** An operation that Apollo has parsed, validated and run once. */
interface KnownOperation {
  /** Cut to a length that can be logged. */
  readonly name: string | undefined;
  readonly type: OperationTypeNode;
  /**
   * @param variables as they came: they are coerced here
   * @returns undefined, with nothing run, when they are not what the operation takes
   */
  run(origin: RequestOrigin, variables: Readonly<Record<string, unknown>>): Promise<Answer | undefined>;
}

/** Operations that need no parsing and no validation any more: they go to graphql-js itself. */
export interface KnownOperations {
  /** @returns undefined for an operation that has not been added */
  find(document: DocumentNode, operationName: string | null): KnownOperation | undefined;
  /** Adds an operation of a document that Apollo has found valid. */
  add(document: DocumentNode, operationName: string | null): void;
}

const maxDocumentCharacters = 10_000;

export function createKnownOperations(schema: GraphQLSchema): KnownOperations {
  // An operation is kept as long as its document is: see documents.ts for how many there are.
  const known = new WeakMap<DocumentNode, Map<string | null, KnownOperation>>();
  return {
    find: (document, operationName) => known.get(document)?.get(operationName),
    add: (document, operationName) => {
      const operations = known.get(document) ?? new Map<string | null, KnownOperation>();
      if (operations.has(operationName) || lengthOf(document) > maxDocumentCharacters) return;
      const operation = toKnown(schema, document, operationName);
      if (operation) known.set(document, operations.set(operationName, operation));
    },
  };
}

function lengthOf(document: DocumentNode): number {
  return document.loc?.end ?? Number.POSITIVE_INFINITY;
}

function toKnown(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
): KnownOperation | undefined {
  const definition = getOperationAST(document, operationName);
  if (!definition) return undefined;
  const direct: DirectOperation | undefined = createDirectOperation(schema, document, definition);
  const executeWhole: KnownOperation['run'] = async (origin, variableValues) => {
    const result = await execute({
      schema,
      document,
      operationName,
      contextValue: createContext(origin),
      variableValues,
      options: { maxCoercionErrors: maxReportedErrors },
    });
    // Only variables that can't be coerced end an operation before it begins, with no data at all.
    return result.data === undefined ? undefined : { errors: result.errors ?? [], data: result.data };
  };
  return {
    name: shownName(definition),
    type: definition.operation,
    run: direct ? (origin, variables) => direct(origin, variables, executeWhole) : executeWhole,
  };
}
