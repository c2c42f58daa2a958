import type { ChangePasswordDeps } from '../accounts/change-password.js';
import type { PasswordChecks } from '../accounts/passwords/password-checks.js';
import type { RefreshDeps } from '../accounts/refresh-session.js';
import type { Client } from '../accounts/sessions/start-session.js';
import type { AuthenticateDeps } from '../accounts/tokens/authenticate.js';
import type { SignedIn, Viewer } from '../accounts/viewer.js';
import type { Aside } from '../concurrency/gate.js';
import type { EditEmployeeDeps } from '../employees/edit-employee.js';
import type { RequestFacts } from '../http/requests.js';
import type { IssuePaymentDeps } from '../payments/issue-payment.js';
import { Loaders } from '../reads/loaders.js';
import type { Cursors } from '../reads/pagination.js';
import type { Metrics } from '../telemetry/metrics.js';
import { AppError } from '../values/app-error.js';

/** What the use cases need, put together once by createApp. Each of them takes no more of it than it names. */
export interface Deps
  extends AuthenticateDeps,
    ChangePasswordDeps,
    RefreshDeps,
    EditEmployeeDeps,
    IssuePaymentDeps {
  cursors: Cursors;
  passwordChecks: PasswordChecks;
  metrics: Metrics;
}

/** What is known of a request before its operation runs. */
export interface RequestOrigin {
  readonly viewer: Viewer;
  readonly client: Client;
  /** The id that the client gave the request, to be repeated in its errors. */
  readonly requestId: string | undefined;
  readonly facts: RequestFacts;
  /** Waits for what takes long, while other requests are worked on. */
  readonly aside: Aside;
  /** Aborted when nobody waits for the answer any more: what moves money is not begun then. */
  readonly signal: AbortSignal;
  /** True when the document is to be found valid or not, and nothing is to be run. */
  readonly validateOnly?: boolean;
}

/** What a resolver knows of its request: a new object for each. */
export interface RequestContext extends RequestOrigin {
  readonly deps: Deps;
  /** Reads that are asked for in one go, gathered into one statement each. */
  readonly loaders: Loaders;
  /**
   * A request may try one password or refresh token, and no more: aliases would make one request many guesses.
   *
   * @throws AppError RATE_LIMITED from the second time on
   */
  claimCredentialCheck(): void;
}

export function createContext(deps: Deps, origin: RequestOrigin): RequestContext {
  return new Context(deps, origin);
}

class Context implements RequestContext {
  readonly viewer: Viewer;
  readonly client: Client;
  readonly requestId: string | undefined;
  readonly facts: RequestFacts;
  readonly aside: Aside;
  readonly signal: AbortSignal;
  readonly validateOnly: boolean;
  // Not `#`: Apollo works with a copy of the object, made of its properties.
  private ownLoaders: Loaders | undefined;
  private claimed = false;

  constructor(
    readonly deps: Deps,
    { viewer, client, requestId, facts, aside, signal, validateOnly = false }: RequestOrigin,
  ) {
    this.viewer = viewer;
    this.client = client;
    this.requestId = requestId;
    this.facts = facts;
    this.aside = aside;
    this.signal = signal;
    this.validateOnly = validateOnly;
  }

  // A request that is refused, or reads nothing, needs none.
  get loaders(): Loaders {
    this.ownLoaders ??= new Loaders(this.deps, this.viewer);
    return this.ownLoaders;
  }

  claimCredentialCheck(): void {
    if (this.claimed) {
      throw new AppError('RATE_LIMITED', 'One login in a request, and no more.', { retryAfterSeconds: 1 });
    }
    this.claimed = true;
  }
}

/**
 * The signed-in viewer. Shield's rules have refused everybody else before a resolver runs; this tells the compiler, and
 * refuses too should a rule be missing.
 *
 * @throws AppError UNAUTHENTICATED
 */
export function signedIn(context: RequestContext): SignedIn {
  if (context.viewer.kind === 'anonymous') throw new AppError('UNAUTHENTICATED', 'Log in first.');
  return context.viewer;
}
