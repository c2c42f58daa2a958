import type { Duplex } from 'node:stream';

/** What is said in GraphQL's form. */
function bodyOf(message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
}

export const malformedBody = bodyOf('The request is not well-formed HTTP.');

const answers: Record<string, { status: string; body: string }> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    body: bodyOf('The request took too long to come.'),
  },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    body: bodyOf('The headers are larger than the server takes.'),
  },
};
const malformed = { status: '400 Bad Request', body: malformedBody };

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
  const { status, body } = answers[error.code ?? ''] ?? malformed;
  const lines = [
    `HTTP/1.1 ${status}`,
    'Connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  // The client may still be writing: whoever has been answered is not waited for.
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
