// Who may import whom. Types count: what only the compiler sees ties two files together just the same.

/** The rooms of docs/decisions/rooms.md from top to bottom: a file imports its own room and the rooms below. */
const rooms = [
  ['src/main.ts', 'src/commands/'],
  ['src/start/'],
  ['src/http/'],
  ['src/graphql/', 'src/generated/resolvers-types.ts'],
  ['src/pay-runs/'],
  ['src/payments/'],
  ['src/employees/'],
  ['src/company/'],
  ['src/accounts/'],
  ['src/audit/'],
  ['src/reads/'],
  ['src/telemetry/'],
  ['src/database/', 'src/generated/prisma/'],
  ['src/embedded-postgres/'],
  ['src/concurrency/'],
  ['src/values/', 'src/generated/schema-types.ts'],
];

const pathsOf = (places) => places.map((place) => `^${place.replaceAll('.', '\\.')}`);
const nameOf = ([place]) => place.replace(/^src\/|\/$/g, '');

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...rooms.slice(1).map((room, index) => ({
      name: `${nameOf(room)}-imports-from-above`,
      severity: 'error',
      from: { path: pathsOf(room) },
      to: { path: pathsOf(rooms.slice(0, index + 1).flat()) },
    })),
    {
      name: 'client-imports-the-server',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^src/' },
    },
    {
      name: 'in-no-room',
      severity: 'error',
      from: { path: '^src/', pathNot: pathsOf(rooms.flat()) },
      to: {},
    },
    {
      name: 'embedded-postgres-imports-from-stipend',
      severity: 'error',
      from: { path: '^src/embedded-postgres/' },
      to: { path: '^src/', pathNot: '^src/embedded-postgres/' },
    },
    {
      name: 'circular',
      severity: 'error',
      // What is generated is one file cut into several.
      from: { pathNot: '^src/generated/prisma/' },
      to: { circular: true },
    },
    { name: 'orphan', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
    {
      name: 'unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no parser to offer.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
