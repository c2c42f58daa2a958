import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';

export interface CuttingProxy {
  url: string;
  /** At which bytes payments' answers were cut, and how long the longest answer was. */
  readonly cutAt: ReadonlySet<number>;
  readonly longest: number;
}

/**
 * Forwards requests, and cuts the first answers to each payment: the server has done what it was asked, and the client sees
 * some of the bytes, of the head or of the body. Other answers are whole.
 *
 * @param cutsOf how often the answers to the payment of this number are cut
 */
export async function startCuttingProxy(
  target: string,
  cutsOf: (payment: number) => number,
): Promise<CuttingProxy> {
  const cutAt = new Set<number>();
  const cuts = new Map<number, number>();
  let longest = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { authorization = '' } = request.headers;
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    const answer = await fetch(`${target}/graphql`, { method: 'POST', headers, body });
    const json = await answer.text();
    const head = `HTTP/1.1 ${answer.status} OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n`;
    const bytes = Buffer.from(head + json);
    const payment = Number(/"note":"(\d+)"/.exec(body)?.[1]);
    const done = cuts.get(payment) ?? 0;
    const { socket } = response;
    if (Number.isNaN(payment) || done >= cutsOf(payment)) {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(json);
      return;
    }
    longest = Math.max(longest, bytes.length);
    cuts.set(payment, done + 1);
    const at = (payment + done * 101) % bytes.length;
    cutAt.add(at);
    // Half of them end in good order, and half are reset.
    socket?.write(bytes.subarray(0, at), () => (payment % 2 === 0 ? socket.end() : socket.resetAndDestroy()));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    cutAt,
    get longest() {
      return longest;
    },
  };
}
