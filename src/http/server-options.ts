import type { GraphQLSchema } from 'graphql';
import type { Deps } from '../graphql/context.js';
import type { DocumentLimits } from '../graphql/document-limits.js';
import type { Logger } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Tracing } from '../telemetry/tracing/tracing.js';
import type { Secret } from '../values/secret.js';
import type { TlsFiles } from './tls.js';

export interface ServerOptions {
  schema: GraphQLSchema;
  deps: Deps;
  log: Logger;
  host: string;
  port: number;
  corsOrigins: string[];
  /** Whose X-Forwarded-For counts. */
  trustedProxies: string[];
  sandbox: boolean;
  introspection: boolean;
  documentLimits: DocumentLimits;
  /** File with the only documents that are served. */
  trustedDocuments: string | undefined;
  /** How long an operation may take. */
  operationTimeoutSeconds: number;
  /** Requests that are served at the same time. */
  maxRequests: number;
  maxConnections: number;
  /** Of these, for one address. */
  maxRequestsPerAddress: number;
  maxConnectionsPerAddress: number;
  /** How long a connection may wait for its next request. */
  keepAliveSeconds: number;
  /** How long requests in flight are waited for at a stop. */
  drainSeconds: number;
  /** Whether the database answers: what `/readyz` tells a load balancer. */
  isReady(): Promise<boolean>;
  metrics: Metrics;
  tracing: Tracing;
  /** Opens `/metrics`. */
  metricsToken: Secret | undefined;
  /** Serves the metrics on a port of its own. */
  metricsPort: number | undefined;
  /** Set, it serves HTTPS. */
  tls: TlsFiles | undefined;
  /** Answers plain HTTP with a redirect. */
  redirectPort: number | undefined;
  publicUrl: string | undefined;
  /** Serves the web console, and its sessions. */
  console: boolean;
}
