import type { Duplex } from 'node:stream';

const statusLines: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What is said of it, in GraphQL's form. */
export const malformedBody = JSON.stringify({
  errors: [{ message: 'The request is not well-formed HTTP.', extensions: { code: 'BAD_USER_INPUT' } }],
});

/** The client has gone, or has not shaken hands: what is written to it would wait for that for ever. */
const isBeyondWords = /^(ECONNRESET$|ERR_TLS_|ERR_SSL_)/;

/** Answers, in GraphQL's form, what is so far from HTTP that no route ever sees it. */
export function answerMalformed(
  error: Error & { code?: string },
  socket: Duplex,
  headers: Readonly<Record<string, string>>,
): void {
  if (isBeyondWords.test(error.code ?? '') || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [
    `HTTP/1.1 ${statusLines[error.code ?? ''] ?? '400 Bad Request'}`,
    'Connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(malformedBody)}`,
  ];
  // The client may still be writing: whoever has been answered is not waited for.
  socket.end(`${lines.join('\r\n')}\r\n\r\n${malformedBody}`, () => socket.destroy());
}
