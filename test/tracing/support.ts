import type { Harness } from '../harness.js';
import type { Collector, Span } from './collector.js';

export const traceId = '0af7651916cd43dd8448eb211c80319c';
export const callerSpan = 'b7ad6b7169203331';

/** Runs a Stipend that traces, for as long as the work takes: what it has to say it has said when it has stopped. */
export async function tracesOf(
  t: Harness,
  collector: Collector,
  work: (url: string) => Promise<unknown>,
  env: Record<string, string> = {},
): Promise<Span[]> {
  const before = collector.requests.length > 0 ? collector.spans().length : 0;
  const app = await t.startAnother({ ...envFor(collector.url), ...env });
  await work(app.url);
  await app.stop();
  return collector.spans().slice(before);
}

export function envFor(url: string): Record<string, string> {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
}

/** The spans as lines, each below its parent: `POST /graphql > query Me > pg.query:SELECT`. */
export function pathsOf(spans: Span[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const pathOf = (span: Span): string => {
    const parent = byId.get(span.parentSpanId ?? '');
    return parent ? `${pathOf(parent)} > ${span.name}` : span.name;
  };
  return spans.map(pathOf);
}

export function spanNamed(spans: Span[], name: string): Span {
  const found = spans.filter((span) => span.name === name);
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`${found.length} spans ${name}: ${pathsOf(spans)}`);
  return first;
}

/** The spans, trace by trace. */
export function tracesIn(spans: Span[]): Span[][] {
  const ids = [...new Set(spans.map((span) => span.traceId))];
  return ids.map((id) => spans.filter((span) => span.traceId === id));
}
