/** The part of WebAssembly's interface that migrate.ts needs. TypeScript has it only among the browser's types. */
declare namespace WebAssembly {
  function instantiate(
    module: Uint8Array,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
}
