// Refuses everything, by node:http.

import { createServer } from 'node:http';
import { body, headers } from './answer.js';

const head = Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);

createServer((_request, response) => {
  response.writeHead(503, head).end(body);
}).listen(Number(process.env.PORT), '127.0.0.1');
