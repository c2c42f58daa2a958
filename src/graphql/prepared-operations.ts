import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { onceAsked } from '../values/once.js';
import { type Answerable, asAnswered, NotAnswerable, withAnsweredFields } from './answered.js';
import type { RequestContext } from './context.js';
import { operationIn, shownName } from './operations.js';
import { mostReported } from './outcomes.js';

/** An operation as a function, which needs no look at its document any more. */
export interface PreparedOperation {
  /** As far as it is shown. */
  readonly name: string | undefined;
  readonly type: OperationTypeNode;
  /** Whether parts of what it answers may be JSON already. */
  readonly hasJson: boolean;
  /**
   * @param variables as they came; they are coerced here
   * @returns undefined, with nothing run, when they are not what the operation takes
   */
  run(
    context: RequestContext,
    variables: Readonly<Record<string, unknown>>,
  ): ExecutionResult | Promise<ExecutionResult> | undefined;
}

/** Operations that Apollo has parsed, validated and run once: from then on they go the shorter way. */
export interface PreparedOperations {
  /** @returns undefined for an operation that has not been accepted, or that is not to be compiled */
  find(document: DocumentNode, operationName: string | null): PreparedOperation | undefined;
  /** Says that Apollo has found the document valid, and the operation in it. */
  accept(document: DocumentNode, operationName: string | null): void;
}

/** Of one document, by the operation's name; null until somebody asks for it again. */
type ByName = Map<string | null, PreparedOperation | null>;

const mostDocuments = 300;
const mostCharacters = 500_000;
const longestDocument = 10_000;

export function createPreparedOperations(schema: GraphQLSchema, answerable: Answerable): PreparedOperations {
  const compiler = { schema, withAnswered: withAnsweredFields(schema, answerable), answerable };
  const prepared = new LRUCache<DocumentNode, ByName>({
    max: mostDocuments,
    maxSize: mostCharacters,
    sizeCalculation: (_operations, document) => lengthOf(document) + 1,
  });
  return {
    find: (document, operationName) => {
      const operations = prepared.get(document);
      const known = operations?.get(operationName);
      if (!operations || known === undefined) return undefined;
      if (known) return known;
      const operation = compile(compiler, document, operationName);
      if (operation) operations.set(operationName, operation);
      else operations.delete(operationName);
      return operation;
    },
    accept: (document, operationName) => {
      if (lengthOf(document) > longestDocument) return;
      const operations: ByName = prepared.get(document) ?? new Map();
      if (!operations.has(operationName)) operations.set(operationName, null);
      prepared.set(document, operations);
    },
  };
}

function lengthOf(document: DocumentNode): number {
  return document.loc?.end ?? Number.POSITIVE_INFINITY;
}

/** What an operation is compiled against. */
interface Compiler {
  schema: GraphQLSchema;
  withAnswered: GraphQLSchema;
  answerable: Answerable;
}

function compile(
  { schema, withAnswered, answerable }: Compiler,
  document: DocumentNode,
  operationName: string | null,
): PreparedOperation | undefined {
  const definition = operationIn(document, operationName);
  const plain = onceAsked(() => compileOne(schema, document, operationName));
  const answered = definition && asAnswered(document, definition, schema, answerable);
  const run = answered ? compileOne(withAnswered, answered, operationName) : plain();
  if (!definition || !run) return undefined;
  return {
    name: shownName(definition),
    type: definition.operation,
    hasJson: answered !== undefined,
    run: answered && definition.operation === OperationTypeNode.QUERY ? orElse(run, plain) : run,
  };
}

/** For what does nothing but read: where it turns out that an answer can't be written of rows, all of it is read again. */
function orElse(run: Run, plain: () => Run | undefined): Run {
  return (...args) => {
    const running = run(...args);
    return running && unlessNotAnswerable(running, () => plain()?.(...args));
  };
}

async function unlessNotAnswerable(
  running: ExecutionResult | Promise<ExecutionResult>,
  runPlain: () => ReturnType<Run>,
): Promise<ExecutionResult> {
  const result = await running;
  const isAnswer = !result.errors?.some(({ originalError }) => originalError instanceof NotAnswerable);
  return (isAnswer ? undefined : await runPlain()) ?? result;
}

type Run = PreparedOperation['run'];

function compileOne(schema: GraphQLSchema, document: DocumentNode, operationName: string | null): Run {
  return (contextValue, variableValues) => {
    const result = execute({
      schema,
      document,
      operationName,
      contextValue,
      variableValues,
      options: { maxCoercionErrors: mostReported },
    });
    // Only variables that can't be coerced end an operation before it begins, with no data at all.
    return 'then' in result || result.data !== undefined ? result : undefined;
  };
}
