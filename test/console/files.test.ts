import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { consolePages } from '../../src/http/console/console-files.js';
import { useStipend } from '../harness.js';

const t = await useStipend({ NODE_ENV: 'production', HOST: '127.0.0.1' });
const off = await t.startAnother({ CONSOLE: 'off' });

const html = await (await fetch(`${t.url}/`)).text();
/** The scripts and styles that a first visit loads. */
const firstLoad = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

test('the policy of the pages has no exception: nothing inline, no evaluation, no other origin, no frame', async () => {
  for (const path of ['/', '/employees', '/payments/x']) {
    const { headers } = await fetch(`${t.url}${path}`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).toContain("require-trusted-types-for 'script'");
    expect(policy, path).not.toMatch(/unsafe|http|\*|data:/);
  }
});

test.each(consolePages)('/%s and what is below it can be opened and reloaded', async (page) => {
  for (const path of [`/${page}`, `/${page}/any/thing`]) {
    const response = await fetch(`${t.url}${path}`);
    expect(response.status, path).toBe(200);
    expect(response.headers.get('cache-control'), path).toBe('no-cache');
    expect(await response.text(), path).toBe(html);
  }
});

test('the pages of the console are those that its router has', () => {
  const sources = readdirSync('web/src/pages').map((name) => readFileSync(`web/src/pages/${name}`, 'utf8'));
  const paths = sources.flatMap((source) =>
    [...source.matchAll(/^ {2}path: '\/([\w-]+)/gm)].map(([, path]) => path),
  );
  expect(consolePages).toEqual(expect.arrayContaining(paths));
});

test('what has its hash in its name is kept for a year, and comes compressed', async () => {
  expect(firstLoad.length).toBeGreaterThan(0);
  for (const path of firstLoad) {
    const response = await fetch(`${t.url}${path}`, { headers: { 'accept-encoding': 'br' } });
    expect(response.headers.get('cache-control'), path).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding'), path).toBe('br');
  }
});

test('a first visit loads at most 130 kB, compressed with gzip', () => {
  const texts = readdirSync('dist/web/assets').filter((name) => /^(de|en)-.*\.js$/.test(name));
  const sizes = [...firstLoad, ...texts.slice(0, 1).map((name) => `/assets/${name}`)].map(
    (path) => gzipSync(readFileSync(`dist/web${path}`), { level: 9 }).length,
  );
  const total = sizes.reduce((sum, size) => sum + size, gzipSync(html).length);
  expect(total).toBeLessThan(130_000);
});

test('no other path is taken by the console', async () => {
  for (const path of ['/nothing', '/assets/nothing.js', '/../package.json', '/documents.json']) {
    const response = await fetch(`${t.url}${path}`);
    expect(response.status, path).toBe(404);
    expect(await response.json(), path).toHaveProperty('errors');
  }
});

test('a mistyped address is a page for a person, and not found', async () => {
  const response = await fetch(`${t.url}/emploees/1`, { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(response.status).toBe(404);
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(await response.text()).toContain('id="app"');
});

test('CONSOLE=off serves none of it', async () => {
  for (const path of ['/', '/employees', '/explorer', ...firstLoad]) {
    expect((await fetch(`${off.url}${path}`)).status, path).toBe(404);
  }
});

test('/graphql leads a browser to the console only where there is one', async () => {
  const opened = async (url: string) =>
    (await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).text();
  expect(await opened(t.url)).toContain('<a href="/">its console</a>');
  expect(await opened(off.url)).toContain('This is the GraphQL API of Stipend');
  expect(await opened(off.url)).not.toContain('console');
});
