import { ExportResultCode, parseKeyPairsIntoRecord } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { withoutSlashAtEnd } from '../../values/text.js';
import type { Logger } from '../log.js';
import { tracePrisma } from './prisma-spans.js';
import { beginRequest } from './request-spans.js';
import { statementTracing } from './statement-spans.js';
import type { Tracing, TracingOptions } from './tracing.js';

/** What a stop waits for a collector at most. */
const lastExportWithinMs = 2_000;

/** The SDK reads its own variables besides: OTEL_TRACES_SAMPLER, OTEL_BSP_SCHEDULE_DELAY and their like. */
export async function openTracing(options: TracingOptions, log: Logger): Promise<Tracing> {
  const warn = once(() =>
    log.warn('traces do not reach OTEL_EXPORTER_OTLP_ENDPOINT and are lost; this is not said again'),
  );
  const exporter = withWarning(await createExporter(options), warn);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ 'service.name': options.serviceName })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  tracePrisma();
  return {
    request: (request) => beginRequest(provider, request),
    statements: statementTracing,
    close: () => endWithin(lastExportWithinMs, provider.shutdown(), warn),
  };
}

async function createExporter({ endpoint, protocol, headers }: TracingOptions): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({
    url: `${withoutSlashAtEnd(endpoint)}/v1/traces`,
    ...(headers && { headers: parseKeyPairsIntoRecord(headers.reveal()) }),
  });
}

/** A collector that is away is no reason to say so every few seconds. */
function withWarning(exporter: SpanExporter, warn: () => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.FAILED) warn();
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}

/** What the work comes to later is nobody's any more. */
function endWithin(milliseconds: number, work: Promise<void>, onFailure: () => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      onFailure();
      resolve();
    }, milliseconds);
    work.catch(onFailure).finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
