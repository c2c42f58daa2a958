import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

export interface SecurityHeaderOptions {
  /** Apollo Sandbox's page loads its program from Apollo. */
  sandbox: boolean;
  https: boolean;
}

/** helmet's headers. None of them depends on the request: it is asked once, for a request that nobody has sent. */
export function securityHeaders({ sandbox, https }: SecurityHeaderOptions): Record<string, string> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const setHeaders = helmet({
    contentSecurityPolicy: sandbox
      ? false
      : { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginEmbedderPolicy: false,
    // What follows speaks to pages, or to browsers and plug-ins of another age: no answer here is for them, and each header
    // costs half a microsecond.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
  });
  setHeaders(request, response, () => {});
  return Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}
