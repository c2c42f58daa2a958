import { readFileSync, statSync } from 'node:fs';
import type { Server as TlsServer } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { Logger } from '../telemetry/log.js';
import { ConfigError } from '../values/config-error.js';
import { createBoundedServer } from './bounded-server.js';

/** Where the certificate and its key are. */
export interface TlsFiles {
  cert: string;
  key: string;
}

export interface TlsMaterial {
  cert: Buffer;
  key: Buffer;
}

const minVersion = 'TLSv1.2';
const lookEveryMs = 5_000;

/** @throws ConfigError when they can't be read or don't go together */
export function readTls({ cert, key }: TlsFiles): TlsMaterial & { minVersion: 'TLSv1.2' } {
  try {
    const material = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext({ ...material, minVersion });
    return { ...material, minVersion };
  } catch (error) {
    throw new ConfigError('TLS_CERT and TLS_KEY do not name a certificate and its key in PEM form.', {
      cause: error,
    });
  }
}

const worldReadable = 0o004;

/** Many tools write certificates and keys alike, for everybody: that keeps no server from starting, but is said. */
export function warnOfOpenKey({ key }: TlsFiles, log: Logger): void {
  if ((statSync(key).mode & worldReadable) === 0) return;
  log.warn('TLS_KEY names a file that everybody on this machine can read: chmod it to 600');
}

/** Takes up a renewed certificate with no restart. One that is not sound is logged, and the last one stays. @returns how to end it */
export function watchTls(server: TlsServer, files: TlsFiles, log: Logger): () => void {
  let seen = versionOf(files);
  const timer = setInterval(() => {
    try {
      const version = versionOf(files);
      if (version === seen) return;
      seen = version;
      server.setSecureContext(readTls(files));
      log.info('the TLS certificate was renewed');
    } catch (err) {
      log.error({ err }, 'the TLS certificate could not be taken up; the last one stays in use');
    }
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

function versionOf({ cert, key }: TlsFiles): string {
  return [cert, key].map((path) => `${statSync(path).mtimeMs} ${statSync(path).ino}`).join(' ');
}

/**
 * Answers plain HTTP with a redirect to HTTPS, and with nothing else.
 *
 * @param target the port that HTTPS is at, or the whole public URL where that is known
 * @returns how to stop it
 */
export async function serveRedirects(
  host: string,
  port: number,
  target: { publicUrl: string | undefined; httpsPort: number },
): Promise<() => Promise<void>> {
  const server = createBoundedServer((request, response) => {
    const location = locationOf(request.headers.host, request.url ?? '/', target);
    const headers = { connection: 'close', 'content-length': 0, ...(location !== undefined && { location }) };
    response.writeHead(location === undefined ? 400 : 308, headers).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

function locationOf(
  host: string | undefined,
  path: string,
  { publicUrl, httpsPort }: { publicUrl: string | undefined; httpsPort: number },
): string | undefined {
  const safePath = path.startsWith('/') ? path : '/';
  if (publicUrl?.startsWith('https:')) return new URL(publicUrl).origin + safePath;
  const name = /^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?$/.exec(host ?? '')?.[1];
  return name === undefined
    ? undefined
    : `https://${name}${httpsPort === 443 ? '' : `:${httpsPort}`}${safePath}`;
}
