import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { closedPort } from '../start/support.js';

const attribute = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional(), intValue: z.number().optional() }),
});

/** OTLP/HTTP in its JSON form, as far as tests look at it. */
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              kind: z.number(),
              status: z.object({ code: z.number() }),
              attributes: z.array(attribute),
            }),
          ),
        }),
      ),
    }),
  ),
});

export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  /** OTLP's: 1 internal, 2 server, 3 client. */
  kind: number;
  /** OTLP's: 0 unset, 2 error. */
  status: number;
  attributes: Record<string, string | number | undefined>;
}

/** What a collector was sent, as long as a test file runs. */
export interface Collector {
  readonly url: string;
  readonly requests: Array<{ path: string; headers: IncomingHttpHeaders; body: Buffer }>;
  /** Every span that came, in JSON. */
  spans(): Span[];
  /** What made the spans, for each export. */
  resources(): Array<Record<string, string | number | undefined>>;
}

/** @param status what it answers; undefined where it never does */
export async function useCollector(
  { status }: { status: number | undefined } = { status: 200 },
): Promise<Collector> {
  const requests: Collector['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      if (status !== undefined) response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const port = await closedPort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const read = () =>
    requests.flatMap(({ body }) => exported.parse(JSON.parse(body.toString())).resourceSpans);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans: () =>
      read()
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
        .map(({ attributes, status, parentSpanId, ...span }) => ({
          ...span,
          parentSpanId: parentSpanId || undefined,
          status: status.code,
          attributes: toRecord(attributes),
        })),
    resources: () => read().map(({ resource }) => toRecord(resource.attributes)),
  };
}

function toRecord(attributes: z.infer<typeof attribute>[]): Record<string, string | number | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}
