import {
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { RequestContext } from '../context.js';
import { onceAsked } from '../once.js';
import { withTextsForScalars } from '../scalars.js';
import { type Answerable, asAnswered, NotAnswerable, withAnsweredFields } from './answered.js';
import { operationIn, shownName } from './operations.js';

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
/** A compiled operation takes some 60 times its text. */
const mostCharacters = 500_000;
const longestDocument = 10_000;

export function createPreparedOperations(schema: GraphQLSchema, answerable: Answerable): PreparedOperations {
  const compiler = { schema: withAnsweredFields(withTextsForScalars(schema), answerable), answerable };
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
      if (!isCompilable(document)) return;
      const operations: ByName = prepared.get(document) ?? new Map();
      if (!operations.has(operationName)) operations.set(operationName, null);
      prepared.set(document, operations);
    },
  };
}

/**
 * The compiler writes what stands in a document into the program that it makes, and takes some documents for others than
 * they are. Those go the long way, always.
 */
function isCompilable(document: DocumentNode): boolean {
  if (lengthOf(document) > longestDocument) return false;
  let compilable = true;
  const refuseIf = (refused: boolean) => {
    if (refused) compilable = false;
  };
  visit(document, {
    // A text could be anything, and the compiler's own markers in one would become code.
    StringValue: () => refuseIf(true),
    // It reads a variable that is not given from the prototype of all objects.
    Name: ({ value }) => refuseIf(value in Object.prototype),
    // It writes conditions to the document's own nodes, which all that spreads a fragment has in common.
    Directive: () => refuseIf(true),
    // It takes an absent variable within an object for null, and null for nothing wrong.
    ObjectField: ({ value }) => refuseIf(value.kind === Kind.VARIABLE),
    ListValue: ({ values }) => refuseIf(values.some(({ kind }) => kind === Kind.VARIABLE)),
    Field: ({ name, alias }) => {
      // It names fields by the way to them, with underscores between: `a_b` is `b` within `a`.
      refuseIf(alias?.value.includes('_') ?? false);
      // It is given another schema than that which is told of.
      refuseIf(name.value === '__schema' || name.value === '__type');
    },
  });
  return compilable;
}

function lengthOf(document: DocumentNode): number {
  return document.loc?.end ?? Number.POSITIVE_INFINITY;
}

/** What an operation is compiled against. */
interface Compiler {
  schema: GraphQLSchema;
  answerable: Answerable;
}

function compile(
  { schema, answerable }: Compiler,
  document: DocumentNode,
  operationName: string | null,
): PreparedOperation | undefined {
  const definition = operationIn(document, operationName);
  const plain = onceAsked(() => compileOne(schema, document, operationName));
  const answered = definition && asAnswered(document, definition, schema, answerable);
  const run = answered ? compileOne(schema, answered, operationName) : plain();
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

function compileOne(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
): Run | undefined {
  const compiled = compileQuery(schema, document, operationName ?? undefined, {
    // Resolvers give built-in scalars and enums in the form in which they are sent: the compiler sees to that.
    disableLeafSerialization: true,
    disablingCapturingStackErrors: true,
  });
  if (!isCompiledQuery(compiled)) return undefined;
  return (context, variables) => {
    const result = compiled.query(undefined, context, variables);
    // Only variables that can't be coerced end an operation before it begins, with no data at all.
    return 'then' in result || result.data !== undefined ? result : undefined;
  };
}
