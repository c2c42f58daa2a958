// Refuses whatever comes, by node:net: what reading and writing alone cost.

import { createServer } from 'node:net';
import { body, headers } from './answer.js';

const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
const answer = Buffer.from(`HTTP/1.1 503 Service Unavailable\r\n${lines.join('')}\r\n${body}`);

createServer({ noDelay: true }, (socket) => {
  socket.on('data', () => socket.write(answer)).on('error', () => {});
}).listen(Number(process.env.PORT), '127.0.0.1');
