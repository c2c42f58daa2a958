import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer as its bytes came. */
export interface RawAnswer {
  status: number;
  /** Lines, with the name in lower case, without what is new in every answer. */
  headers: string[];
  body: string;
}

/** Sends header lines as they stand: also those that no HTTP client would send. */
export async function sendRaw(
  url: string,
  headerLines: readonly string[],
  body: string,
  target = '/graphql',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [
    `POST ${target} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headerLines,
  ];
  // Not ended: a server may take a half-closed connection for one that was given up.
  socket.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'));
  socket.write(body);
  return parse(await text(socket));
}

function parse(answer: string): RawAnswer {
  const end = answer.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = answer.slice(0, end).split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: lines
      .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))
      .filter((line) => !/^(date|x-request-id):/.test(line)),
    body: answer.slice(end + 4),
  };
}
