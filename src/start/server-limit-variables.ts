import { duration, limit, numberWithin } from './variable-kinds.js';

/** How much the server does at a time, and how long it waits. */
export const serverLimitVariables = {
  MAX_REQUESTS: limit(250).describe(
    'Maximum number of requests that one process serves at a time; further ones get 503.',
  ),
  MAX_CONNECTIONS: limit(2_000).describe(
    'Maximum number of open connections. Above it, the connection that has been idle longest is closed for a new one.',
  ),
  MAX_REQUESTS_PER_ADDRESS: limit(225).describe(
    'How many of MAX_REQUESTS one address can have. The addresses of TRUSTED_PROXIES can have all.',
  ),
  MAX_CONNECTIONS_PER_ADDRESS: limit(1_800).describe(
    'How many of MAX_CONNECTIONS one address can have. The addresses of TRUSTED_PROXIES can have all.',
  ),
  KEEP_ALIVE: duration
    .refine((seconds) => seconds > 0 && seconds <= 3_600, 'must be from 1s to 1h')
    .default(660)
    .describe(
      'How long an idle connection is kept open. It must be longer than a reverse proxy or load balancer keeps it (60 s to 600 s by default).',
    ),
  DRAIN_SECONDS: numberWithin(0, 3_600).default(20).describe('How long a stop waits for requests in flight.'),
};
