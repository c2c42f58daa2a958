import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** An operation as a client may send it, with everything in it at random. */
export interface GeneratedRequest {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
  accept?: string;
}

/** Values by the names of arguments and input fields; those of a list's `after` by the list. */
export interface Samples {
  values: Readonly<Record<string, readonly unknown[]>>;
  cursors: Readonly<Record<string, string>>;
  /** Mutations that may be sent any number of times, with what they are given. */
  mutations: ReadonlyArray<readonly [string, Readonly<Record<string, readonly unknown[]>>]>;
}

const aliases = ['other', 'x_y', 'then', 'constructor', '__proto__', 'toJSON'];
const ofNoType: readonly unknown[] = [null, 'x', '', 5, -1, 1.5, true, [], {}, ['x'], { x: 1 }, 2 ** 40];
const accepts = ['application/graphql-response+json', 'application/json', '*/*', 'text/html'];

/** @param draw takes a value of an arbitrary: fast-check's own, so that a failure shrinks */
export function generateRequest(
  draw: fc.GeneratorValue,
  schema: GraphQLSchema,
  samples: Samples,
): GeneratedRequest {
  return new Generator(draw, schema, samples).request();
}

class Generator {
  readonly #variables: Record<string, unknown> = {};
  readonly #definitions: string[] = [];
  readonly #fragments: string[] = [];
  /** Arguments of fields without an alias: those of one name merge. */
  readonly #arguments = new Map<string, string>();
  /** Fields that this document does without, so that many documents have raw JSON fields alone. */
  readonly #without: ReadonlySet<string>;
  readonly #hasDirectives: boolean;
  #count = 0;

  constructor(
    readonly draw: fc.GeneratorValue,
    readonly schema: GraphQLSchema,
    readonly samples: Samples,
  ) {
    this.#hasDirectives = this.#in(20);
    this.#without = new Set(
      this.#in(60)
        ? ['totalCount', 'salaryAt', 'payRun', 'voidedBy', 'replaces', 'replacedBy', 'changedBy', 'me']
        : [],
    );
  }

  request(): GeneratedRequest {
    const isMutation = this.#in(25);
    const selection = isMutation ? this.#mutations() : this.#queries();
    const name = this.#in(30) ? 'Generated' : '';
    const type = isMutation ? 'mutation' : 'query';
    const definitions = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    const others = this.#in(10) && name !== '' ? ['query Other { __typename }'] : [];
    const query = [`${type} ${name}${definitions} ${selection}`, ...this.#fragments, ...others].join(' ');
    return {
      query,
      variables: { ...this.#variables, ...(this.#in(5) && { unused: 1 }) },
      ...(name !== '' && this.#in(80) && { operationName: name }),
      ...(this.#in(20) && { accept: this.#one(accepts) }),
    };
  }

  #queries(): string {
    const type = this.schema.getQueryType();
    if (!type) throw new Error('a schema without queries');
    return this.#selection(type, 1 + this.#number(4));
  }

  #mutations(): string {
    const type = this.schema.getMutationType();
    const selections = Array.from({ length: this.#in(70) ? 1 : 2 + this.#number(2) }, (_, index) => {
      const [name, given] = this.#one(this.samples.mutations);
      const field = type?.getFields()[name];
      if (!field) throw new Error(`no such mutation: ${name}`);
      const args = field.args.map((arg) => this.#argument(arg, this.#one(given[arg.name] ?? [undefined])));
      return `${index > 0 || this.#in(20) ? `m${index}: ` : ''}${name}${listed(args)} ${this.#below(field, 2)}`;
    });
    return `{ ${this.#in(10) ? '__typename ' : ''}${selections.join(' ')} }`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter(
      ({ name, type: of }) => !this.#without.has(name) && (depth > 0 || isLeafType(getNamedType(of))),
    );
    const items = Array.from({ length: 1 + this.#number(3) }, () => this.#item(type, fields, depth));
    return `{ ${items.join(' ')} }`;
  }

  #item(type: GraphQLObjectType, fields: GraphQLField<unknown, unknown>[], depth: number): string {
    if (fields.length === 0 || this.#in(12)) return `${this.#in(30) ? 'type: ' : ''}__typename`;
    if (this.#in(8)) {
      const on = this.#in(50) ? `on ${type.name} ` : '';
      return `... ${on}${this.#directives()}${this.#selection(type, depth)}`;
    }
    if (this.#in(8)) {
      const name = this.#name('F');
      this.#fragments.push(`fragment ${name} on ${type.name} ${this.#selection(type, depth)}`);
      return `...${name} ${this.#directives()}`;
    }
    const field = this.#one(fields);
    const hasAlias = this.#in(field.args.length > 0 ? 60 : 15);
    const alias = hasAlias ? `${this.#in(90) ? this.#name(field.name) : this.#one(aliases)}: ` : '';
    const args = hasAlias ? this.#fieldArguments(field) : this.#mergeableArguments(type, field);
    return `${alias}${field.name}${args} ${this.#directives()}${this.#below(field, depth)}`;
  }

  #below({ type }: GraphQLField<unknown, unknown>, depth: number): string {
    const named = getNamedType(type);
    return isObjectType(named) ? this.#selection(named, depth - 1) : '';
  }

  #mergeableArguments(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string {
    const key = `${type.name}.${field.name}`;
    const args = this.#arguments.get(key) ?? this.#fieldArguments(field);
    this.#arguments.set(key, args);
    return args;
  }

  #fieldArguments({ name, args }: GraphQLField<unknown, unknown>): string {
    const given = args.filter(({ type }) => isNonNullType(type) || this.#in(40));
    return listed(given.map((arg) => this.#argument(arg, this.#value(arg, name))));
  }

  /** @returns nothing for a value that is undefined */
  #argument(arg: GraphQLArgument, value: unknown): string {
    if (value === undefined) return '';
    return `${arg.name}: ${this.#in(45) ? this.#variable(arg.type, value) : this.#literal(arg.type, value, 15)}`;
  }

  #variable(type: GraphQLInputType, value: unknown): string {
    const name = this.#name('v');
    const required = isNonNullType(type) || this.#in(10);
    const fallback = this.#in(10) ? ` = ${this.#literal(type, value, 0)}` : '';
    this.#definitions.push(`$${name}: ${getNullableType(type)}${required ? '!' : ''}${fallback}`);
    if (this.#in(90)) this.#variables[name] = this.#in(94) ? value : this.#one(ofNoType);
    return `$${name}`;
  }

  #value({ name, type }: { name: string; type: GraphQLInputType }, list: string): unknown {
    if (this.#in(4)) return null;
    const nullable = getNullableType(type);
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter(
        (field) => isNonNullType(field.type) || this.#in(25),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field, list)]));
    }
    if (name === 'after')
      return this.#in(75) ? this.samples.cursors[list] : this.#one(Object.values(this.samples.cursors));
    if (isEnumType(nullable)) return this.#one(nullable.getValues()).name;
    return this.#one(this.samples.values[name] ?? [null]);
  }

  /** A value as a document has it. @param inVariables percentage of an object's fields that are variables */
  #literal(type: GraphQLInputType, value: unknown, inVariables: number): string {
    const nullable = getNullableType(type);
    if (isListType(nullable) && Array.isArray(value)) {
      return `[${value.map((item) => this.#literal(nullable.ofType, item, inVariables)).join(', ')}]`;
    }
    if (isInputObjectType(nullable) && typeof value === 'object' && value !== null) {
      const fields = Object.entries(value).flatMap(([name, inner]) => {
        const field = nullable.getFields()[name];
        if (!field || inner === undefined) return [];
        const isVariable = this.#in(inVariables);
        return [
          `${name}: ${isVariable ? this.#variable(field.type, inner) : this.#literal(field.type, inner, inVariables)}`,
        ];
      });
      return `{ ${fields.join(', ')} }`;
    }
    return isEnumType(nullable) && typeof value === 'string' ? value : JSON.stringify(value);
  }

  #directives(): string {
    if (!this.#hasDirectives || this.#in(75)) return '';
    const condition = { name: 'if', type: this.schema.getDirective('include')?.args[0]?.type };
    if (!condition.type) throw new Error('a schema without @include');
    const value = this.#in(60);
    const text = this.#in(60) ? this.#variable(condition.type, value) : String(value);
    return `@${this.#in(60) ? 'include' : 'skip'}(if: ${text}) `;
  }

  #name(of: string): string {
    this.#count += 1;
    return `${of}${this.#count}`;
  }

  /** True in so many cases of a hundred. */
  #in(percent: number): boolean {
    return this.#number(100) >= 100 - percent;
  }

  /** From 0 up to a number, without it. */
  #number(end: number): number {
    return this.draw(fc.nat, { max: end - 1 });
  }

  #one<Value>(values: readonly Value[]): Value {
    const [chosen] = values.map((value) => ({ value })).slice(this.#number(values.length));
    if (!chosen) throw new Error('nothing to choose from');
    return chosen.value;
  }
}

function listed(args: readonly string[]): string {
  const given = args.filter((text) => text !== '');
  return given.length > 0 ? `(${given.join(', ')})` : '';
}
