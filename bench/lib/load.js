import { createHistogram } from 'node:perf_hooks';
import { Client } from 'undici';
import { headersFor } from './client.js';

/** Whatever a clock does, a turn ends. */
const mostRequests = 2_000_000;

/**
 * @typedef {object} Load
 * @property {number} requests
 * @property {number} seconds
 * @property {import('node:perf_hooks').RecordableHistogram} latencies in microseconds
 */

/**
 * Keeps as many requests under way as there are connections, for some time.
 *
 * @param {string} url
 * @param {() => import('./workloads.js').Request} next
 * @param {{ connections: number, seconds: number, refused: boolean, most?: number }} options `most` requests
 * @returns {Promise<Load>}
 * @throws Error on an answer that is not what was to come
 */
export async function load(url, next, { connections, seconds, refused, most = mostRequests }) {
  const { origin, pathname } = new URL(url);
  const latencies = createHistogram();
  const clients = Array.from({ length: connections }, () => new Client(origin, { pipelining: 1 }));
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let requests = 0;

  const keepAsking = async (client) => {
    while (performance.now() < until && requests < most) {
      requests += 1;
      const request = next();
      const sentAt = performance.now();
      const answer = await send(client, pathname, request);
      latencies.record(Math.max(1, Math.round((performance.now() - sentAt) * 1000)));
      if (isRefusal(answer) !== refused) throw new Error(`${url} answers ${answer.body} to ${request.body}`);
    }
  };
  try {
    await Promise.all(clients.map(keepAsking));
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
  return { requests, seconds: (performance.now() - startedAt) / 1000, latencies };
}

/** @returns {Promise<{ status: number, body: string }>} */
function send(client, path, { body, token }) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let status;
    client.dispatch(
      { method: 'POST', path, headers: headersFor(token), body },
      {
        onRequestStart() {},
        onResponseStart: (_controller, code) => {
          status = code;
        },
        onResponseData: (_controller, chunk) => chunks.push(chunk),
        onResponseEnd: () => resolve({ status, body: Buffer.concat(chunks).toString() }),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

/** Servers write `errors` first or last; no name or note in the company holds the word in quotes. */
function isRefusal({ status, body }) {
  return status === 401 || body.includes('"errors":');
}
