import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { send } from '../client.js';
import { useStipend } from '../harness.js';
import { freePort, newFolder, runProgram, usePlaces } from './support.js';

const t = await useStipend({ TRUSTED_PROXIES: '127.0.0.1' });
usePlaces();
const upstream = new URL(t.url).host;

/** The proxy keeps connections for 60 s; the default of many servers is less. */
const idleMs = 35_000;

async function startNginx(): Promise<string> {
  const folder = newFolder();
  const port = await freePort();
  const config = `
    daemon off; pid ${folder}/pid; error_log stderr;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
      uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      upstream stipend { server ${upstream}; keepalive 64; keepalive_timeout 60s; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://stipend; proxy_http_version 1.1; proxy_set_header Connection "";
          proxy_set_header X-Forwarded-For $remote_addr; proxy_next_upstream off;
        }
      }
    }`;
  await writeFile(join(folder, 'nginx.conf'), config);
  await runProgram(['/usr/sbin/nginx', '-c', join(folder, 'nginx.conf'), '-p', folder], {
    port,
    signal: 'SIGTERM',
  });
  return `http://127.0.0.1:${port}`;
}

async function startHaproxy(): Promise<string> {
  const folder = newFolder();
  const port = await freePort();
  const config = `
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout http-keep-alive 60s
  retries 0
  http-reuse always
frontend in
  bind 127.0.0.1:${port}
  default_backend stipend
backend stipend
  server one ${upstream} pool-max-conn 64 pool-purge-delay 60s
`;
  await writeFile(join(folder, 'haproxy.cfg'), config);
  await runProgram(['/usr/sbin/haproxy', '-db', '-f', join(folder, 'haproxy.cfg')], { port });
  return `http://127.0.0.1:${port}`;
}

test('behind nginx and haproxy, 80 POSTs after a pause are all answered', async () => {
  const proxies = await Promise.all([startNginx(), startHaproxy()]);
  const burst = async () => {
    const requests = proxies.flatMap((url) => Array.from({ length: 80 }, () => url));
    const answers = await Promise.all(
      requests.map((url) => send(url, { query: '{ me { username } }', token: t.viewer.token })),
    );
    return answers.filter(({ status }) => status !== 200).map(({ status, text }) => `${status} ${text}`);
  };
  expect(await burst()).toEqual([]);
  await delay(idleMs);
  expect(await burst()).toEqual([]);
});
