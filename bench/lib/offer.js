import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { openConnections, requestBytes } from './wire.js';

/**
 * @typedef {object} Tally of the requests that were to be sent within a span of time
 * @property {number} due
 * @property {number} unsent because every connection waited for an answer
 * @property {number} good answered with data
 * @property {number} refused answered 503 as it should be
 * @property {number} wrong answered otherwise, or not at all
 * @property {string | undefined} firstWrong
 * @property {import('node:perf_hooks').RecordableHistogram} goodMicros from when it was due until it was answered
 * @property {import('node:perf_hooks').RecordableHistogram} refusedMicros
 */

/**
 * @typedef {object} Offer
 * @property {Tally} all
 * @property {number} goodInTime answers with data that came while requests were still being sent
 * @property {Tally[]} windows one for each half of a second
 * @property {number} seconds
 * @property {import('node:perf_hooks').RecordableHistogram} lateMicros how late the generator itself came to its schedule
 */

const windowSeconds = 0.5;
const tickMs = 1;
const lastAnswerWithinMs = 15_000;

/** @returns {Buffer[]} requests to be sent over and over */
export function readyRequests(url, next, count = 2000) {
  return Array.from({ length: count }, () => requestBytes(url, next()));
}

/**
 * Sends requests when they are due, whether or not those before them are answered, as many people do who know nothing of
 * each other. One that finds no free connection waits for one, which counts as time that it took; of an impatient client
 * it is not sent at all.
 *
 * @param {string} url
 * @param {Buffer[]} requests
 * @param {{ rate: number, connections: number, seconds: number, impatient?: boolean, tally?: typeof judge }} options
 *   `rate` requests a second; `tally` counts an answer
 * @returns {Promise<Offer>}
 */
export async function offer(url, requests, { rate, connections, seconds, impatient = false, tally = judge }) {
  const free = await openConnections(url, connections);
  const all = [...free];
  const windows = Array.from({ length: Math.ceil(seconds / windowSeconds) }, emptyTally);
  const lateMicros = createHistogram();
  const waiting = [];
  let open = 0;
  let sent = 0;
  const send = (connection, { window, dueAt }) => {
    open += 1;
    connection.send(requests[sent++ % requests.length], (answer) => {
      open -= 1;
      tally(window, answer, Math.max(1, Math.round((performance.now() - dueAt) * 1000)));
      const next = waiting.shift();
      if (next) send(connection, next);
      else free.push(connection);
    });
  };
  const ask = (asked) => {
    asked.window.due += 1;
    const connection = free.pop();
    if (connection) send(connection, asked);
    else if (impatient) asked.window.unsent += 1;
    else waiting.push(asked);
  };
  let due = 0;
  const startedAt = performance.now();
  for (let tickAt = startedAt; tickAt < startedAt + seconds * 1000; ) {
    await delay(tickMs);
    const now = performance.now();
    lateMicros.record(Math.max(1, Math.round((now - tickAt - tickMs) * 1000)));
    tickAt = now;
    const elapsed = Math.min((now - startedAt) / 1000, seconds);
    const window = windows[Math.min(Math.floor(elapsed / windowSeconds), windows.length - 1)];
    for (; due < elapsed * rate; due += 1) ask({ window, dueAt: now });
  }
  const goodInTime = windows.reduce((sum, { good }) => sum + good, 0);
  const deadline = performance.now() + lastAnswerWithinMs;
  while (open > 0 && performance.now() < deadline) await delay(tickMs);
  for (const connection of all) connection.close();
  return { all: sumOf(windows, open + waiting.length), goodInTime, windows, seconds, lateMicros };
}

/** Keeps every connection busy. @returns {Promise<Tally>} */
export async function saturate(url, requests, { connections, seconds }) {
  const all = await openConnections(url, connections);
  const window = emptyTally();
  const until = performance.now() + seconds * 1000;
  let sent = 0;
  const keepAsking = (connection) =>
    new Promise((resolve) => {
      const ask = () => {
        if (performance.now() >= until) return resolve();
        const sentAt = performance.now();
        window.due += 1;
        connection.send(requests[sent++ % requests.length], (answer) => {
          judge(window, answer, Math.max(1, Math.round((performance.now() - sentAt) * 1000)));
          ask();
        });
      };
      ask();
    });
  await Promise.all(all.map(keepAsking));
  for (const connection of all) connection.close();
  return window;
}

/** Counts an answer as data, as a refusal for want of capacity, or as what should not be. */
function judge(tally, answer, micros) {
  const { status, head, body } = answer;
  if (status === 200 && !body.includes('"errors":')) {
    tally.good += 1;
    tally.goodMicros.record(micros);
  } else if (status === 503 && /\r\nretry-after: *\d/i.test(head) && body.includes('"SERVICE_UNAVAILABLE"')) {
    tally.refused += 1;
    tally.refusedMicros.record(micros);
  } else {
    tally.wrong += 1;
    tally.firstWrong ??= status === 0 ? 'connection closed' : `${head}\n\n${body}`;
  }
}

/** @returns {Tally} */
function emptyTally() {
  return {
    due: 0,
    unsent: 0,
    good: 0,
    refused: 0,
    wrong: 0,
    firstWrong: undefined,
    goodMicros: createHistogram(),
    refusedMicros: createHistogram(),
  };
}

/** @param {number} unanswered */
function sumOf(windows, unanswered) {
  const sum = emptyTally();
  for (const window of windows) {
    for (const name of ['due', 'unsent', 'good', 'refused', 'wrong']) sum[name] += window[name];
    sum.firstWrong ??= window.firstWrong;
    sum.goodMicros.add(window.goodMicros);
    sum.refusedMicros.add(window.refusedMicros);
  }
  sum.wrong += unanswered;
  if (unanswered > 0) sum.firstWrong ??= 'no answer';
  return sum;
}

/** @param {import('node:perf_hooks').RecordableHistogram} micros */
export function percentileMs(micros, percent) {
  return micros.count === 0 ? 0 : micros.percentile(percent) / 1000;
}
