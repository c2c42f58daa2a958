import { build } from 'vite';

/** Bundles a file as a frontend does: minified, with the code that it uses. */
export async function bundle(file: string, external: RegExp[] = []): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: file, external, preserveEntrySignatures: 'strict' },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (!result || !('output' in result)) throw new Error('nothing was built');
  return result.output[0].code;
}
