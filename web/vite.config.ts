import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const pathTo = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The parts of the frame, and what it says of each page. */
const neededByAll =
  /web\/src\/(pages\/([\w-]+\.search|missing|find-people)|ui\/(search|controls|layout|failure|progress|use-\w+|combobox))\./;

export default defineConfig({
  root: pathTo('.'),
  plugins: [react()],
  resolve: { alias: { '@stipend/client': pathTo('../client/src/index.ts') } },
  build: {
    outDir: pathTo('../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    // The policy allows no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [pathTo('index.html'), pathTo('explorer.html')],
      // What each page needs is one file: many small ones are longer, compressed, than it.
      output: { codeSplitting: { groups: [{ name: 'shared', test: neededByAll }] } },
    },
  },
  server: { proxy: { '/graphql': 'http://127.0.0.1:4000', '/console': 'http://127.0.0.1:4000' } },
});
