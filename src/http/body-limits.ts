import { Readable } from 'node:stream';
import type { FastifyRequest, preParsingHookHandler } from 'fastify';
import { type AuthenticateDeps, authenticate } from '../accounts/authenticate.js';
import type { BearerToken } from '../accounts/tokens/bearer.js';
import { AppError } from '../values/app-error.js';
import { addressOf } from './address.js';
import { sendRefusal } from './answers.js';

/** The most that a request of any caller may have. */
export const largestBodyBytes = 256 * 1024;
/** The most that an admin's import may have: the text of the file is in the request. */
const largestUploadBytes = 8 * 1024 * 1024;

export class BodyTooLarge extends AppError {
  readonly statusCode = 413;
  constructor() {
    super('BAD_USER_INPUT', bodyTooLarge(largestBodyBytes));
  }
}

export function bodyTooLarge(most: number): string {
  return `The request is larger than ${most} bytes.`;
}

interface Uploads {
  deps: AuthenticateDeps;
  readCredentials(request: FastifyRequest): { token: BearerToken };
}

/**
 * Of a route that takes files from admins. A body that is larger than `largestBodyBytes` is refused before it is read, unless
 * it says how large it is, and an admin sends it.
 */
export function bodyLimits(uploads: Uploads): { bodyLimit: number; preParsing: preParsingHookHandler } {
  return {
    bodyLimit: largestUploadBytes,
    preParsing: (request, reply, payload, done) => {
      const length = request.headers['content-length'];
      if (length === undefined) {
        done(null, isBodiless(request) ? payload : Readable.from(atMost(largestBodyBytes, payload)));
      } else if (Number(length) <= largestBodyBytes) {
        done(null, payload);
      } else {
        isFromAdmin(uploads, request).then(
          (mayUpload) => {
            request.facts.isUpload = mayUpload;
            if (mayUpload) done(null, payload);
            else sendRefusal(reply, new BodyTooLarge(), 413);
          },
          (error: unknown) => sendRefusal(reply, error),
        );
      }
    },
  };
}

async function isFromAdmin({ deps, readCredentials }: Uploads, request: FastifyRequest): Promise<boolean> {
  const viewer = await authenticate(deps, readCredentials(request).token, addressOf(request));
  return viewer.kind === 'signedIn' && viewer.role === 'ADMIN';
}

function isBodiless({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined;
}

/** @throws BodyTooLarge */
async function* atMost(most: number, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const bytes of body) {
    received += bytes.length;
    if (received > most) throw new BodyTooLarge();
    yield bytes;
  }
}
