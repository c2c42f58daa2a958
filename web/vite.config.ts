import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const pathTo = (path: string) => fileURLToPath(new URL(path, import.meta.url));

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
    rollupOptions: { input: [pathTo('index.html'), pathTo('explorer.html')] },
  },
  server: { proxy: { '/graphql': 'http://127.0.0.1:4000', '/console': 'http://127.0.0.1:4000' } },
});
