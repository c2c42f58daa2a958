import { headBytes, openSocket } from './wire.js';

const tickMs = 20;
const endlessHead = Buffer.from('POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ');
const aByte = Buffer.from('a');
const bodyBytes = 100_000;

/**
 * @typedef {object} Trickle
 * @property {number} held connections that are open now
 * @property {number} cut connections that the server has ended
 * @property {number} longestMs how long the server held one at most
 */

/**
 * Clients that come one after another, send a byte now and then, evenly spread over the time, and come back when they are
 * cut off.
 *
 * @param {string} url
 * @param {'headers' | 'body'} part which they never come to the end of; a body follows a whole head
 * @param {{ clients: number, everyMs: number, comeWithinSeconds: number }} options
 * @returns {() => Trickle} ends them
 */
export function trickle(url, part, { clients, everyMs, comeWithinSeconds }) {
  const start = part === 'headers' ? undefined : headBytes(url, bodyBytes);
  const all = [];
  const startedAt = performance.now();
  const comeNow = () => {
    const share = (performance.now() - startedAt) / (comeWithinSeconds * 1000);
    const here = Math.min(clients, Math.ceil(share * clients));
    while (all.length < here) all.push(openSlow(url, start));
  };
  const seen = { cut: 0, longestMs: 0 };
  const slices = Math.max(1, Math.round(everyMs / tickMs));
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    comeNow();
    for (let index = tick % slices; index < all.length; index += slices) {
      if (all[index].endedAt === undefined) all[index].next();
      else all[index] = replace(all[index]);
    }
  }, tickMs);
  const replace = (ended) => {
    seen.cut += 1;
    seen.longestMs = Math.max(seen.longestMs, ended.endedAt - ended.openedAt);
    return openSlow(url, start);
  };
  return () => {
    clearInterval(timer);
    const held = all.filter(({ endedAt }) => endedAt === undefined).length;
    for (const { socket } of all) socket.destroy();
    return { ...seen, held };
  };
}

/** @param {Buffer | undefined} start what is sent at once; else a head comes byte by byte */
function openSlow(url, start) {
  const socket = openSocket(url);
  const slow = { socket, openedAt: performance.now(), endedAt: undefined, sent: 0, next };
  if (start) socket.write(start);
  function next() {
    const { sent } = slow;
    slow.sent += 1;
    socket.write(start || sent >= endlessHead.length ? aByte : endlessHead.subarray(sent, sent + 1));
  }
  socket.resume().on('error', () => {});
  socket.on('close', () => {
    slow.endedAt = performance.now();
  });
  return slow;
}
