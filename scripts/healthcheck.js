// The image's health check: whether the server of this container answers, with or without TLS, wherever it listens.

import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

const { HOST = '', PORT = '', TLS_CERT } = process.env;
const everywhere = { '0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1' };
const request = TLS_CERT ? requestHttps : requestHttp;
const health = request({
  host: everywhere[HOST] ?? HOST,
  port: PORT || 4000,
  path: '/healthz',
  timeout: 2_000,
  // The certificate is for the name that clients use; this is the same machine.
  rejectUnauthorized: false,
});
health.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
health.on('timeout', () => process.exit(1));
health.on('error', () => process.exit(1));
health.end();
