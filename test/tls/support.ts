import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { afterAll } from 'vitest';

/** Files of a certificate for 127.0.0.1 and its key, and the environment that serves HTTPS with them. */
export interface Certificate {
  cert: string;
  key: string;
  env: { TLS_CERT: string; TLS_KEY: string };
}

/** A folder for certificates, which goes with the test file. */
export function certificates(): { issue(name: string): Certificate } {
  const folder = mkdtempSync(join(tmpdir(), 'stipend-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    issue: (name) => {
      const cert = join(folder, `${name}.crt`);
      const key = join(folder, `${name}.key`);
      const kind = [
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ];
      const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
      execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
      return { cert, key, env: { TLS_CERT: cert, TLS_KEY: key } };
    },
  };
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Sends a request over HTTP or HTTPS, as the URL says. Over HTTPS only a certificate that `ca` vouches for will do. */
export function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; ca?: Buffer } = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body, ca } = options;
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false, ...(ca && { ca }) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('error', reject).once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.once('error', reject).end(body);
  });
}

/** Shakes hands. @returns the protocol and the name in the certificate, or the error's code */
export function handshake(url: string, version: SecureVersion | undefined): Promise<string> {
  return new Promise((resolve) => {
    const { port } = new URL(url);
    const socket = connect({
      port: Number(port),
      host: '127.0.0.1',
      // The certificate is of the test's own making, and here only its name and the protocol are looked at.
      rejectUnauthorized: false,
      // OpenSSL's own default lets a client not even ask for what is to be refused.
      ...(version && { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }),
    });
    socket.once('secureConnect', () => {
      resolve(`${socket.getProtocol()} ${socket.getPeerCertificate().subject.CN}`);
      socket.destroy();
    });
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}
