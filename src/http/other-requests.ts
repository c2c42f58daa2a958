import type { FastifyReply, FastifyRequest } from 'fastify';
import { headersOfOwnPages } from '../graphql/apollo.js';
import { AppError } from '../values/app-error.js';
import { sendRefusal } from './answers.js';
import { prefersHtml } from './content-type.js';

const pageOf = (console: boolean) => `<!doctype html>
<html lang="en">
<title>Stipend</title>
<p>This is the GraphQL API of Stipend, which programs send their requests to by POST.${
  console ? '\nTo work with Stipend in a browser, open <a href="/">its console</a>.' : ''
}</p>
</html>
`;

/** What else a browser is served. */
export interface BrowserPages {
  /** Apollo's Sandbox, at `/graphql`. */
  sandbox: boolean;
  /** The console, at `/`. */
  console: boolean;
}

/**
 * Answers what comes to `/graphql` and is no request of GraphQL, or one that a page of another site may have sent.
 *
 * @returns whether it has answered
 */
export function answerOtherRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: BrowserPages,
): boolean {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'POST') {
    reply.header('allow', 'GET, POST');
    return refuse(reply, `The API takes POST and GET, not ${method}.`, 405);
  }
  if (method === 'POST') {
    if (headers['content-type'] !== undefined) return false;
    return refuse(reply, 'The request is not of the type application/json.', 415);
  }
  if (prefersHtml(headers.accept)) {
    // Apollo shows its Sandbox.
    if (pages.sandbox) return false;
    reply.type('text/html; charset=utf-8').send(pageOf(pages.console));
    return true;
  }
  if (!namesDocument(request.url)) {
    return refuse(
      reply,
      'The request has no query. Send a POST with a body such as {"query": "{ me { username } }"}.',
      400,
    );
  }
  if (headers['content-type'] !== undefined || headersOfOwnPages.some((name) => headers[name])) return false;
  return refuse(
    reply,
    'A GET request needs a header that a page of another site cannot send, so that no such page can run it (CSRF): Authorization, X-Apollo-Operation-Name or Apollo-Require-Preflight.',
    400,
  );
}

function refuse(reply: FastifyReply, message: string, status: number): true {
  sendRefusal(reply, new AppError('BAD_USER_INPUT', message), status);
  return true;
}

function namesDocument(url: string): boolean {
  const start = url.indexOf('?');
  const parameters = new URLSearchParams(start === -1 ? '' : url.slice(start));
  return ['query', 'documentId', 'extensions'].some((name) => parameters.get(name));
}
