import type { AuthenticateDeps } from '../accounts/authenticate.js';
import type { ChangePasswordDeps } from '../accounts/change-password.js';
import type { RefreshDeps } from '../accounts/refresh-session.js';
import type { Client } from '../accounts/sessions/start-session.js';
import type { Viewer } from '../accounts/viewer.js';
import type { EditCompanyDeps } from '../company/edit-company.js';
import { todayOfReads } from '../company/today.js';
import type { EditEmployeeDeps } from '../employees/edit-employee.js';
import type { IssuePaymentDeps } from '../payments/issue-payment.js';
import { type RawFields, Reads } from '../reads/reads.js';
import type { Metrics } from '../telemetry/metrics.js';
import { AppError } from '../values/app-error.js';
import type { RequestFacts } from './request-facts.js';
import { rawPlans } from './tables.js';

/** What the use cases need, put together once at the start. Each of them names what it takes of it. */
export interface Deps
  extends AuthenticateDeps,
    Omit<ChangePasswordDeps, 'signal'>,
    RefreshDeps,
    EditCompanyDeps,
    EditEmployeeDeps,
    Omit<IssuePaymentDeps, 'signal'> {
  metrics: Metrics;
  /** How long a step of a pay run may take. */
  payRunTimeoutSeconds: number;
}

/** What is known of a request before its operation runs. */
export interface RequestOrigin {
  readonly deps: Deps;
  readonly viewer: Viewer;
  /** Whether answers may have tokens in them: those to the console never do. */
  readonly mayReceiveTokens: boolean;
  readonly client: Client;
  /** The id that the client gave the request, which its errors repeat. */
  readonly requestId: string | undefined;
  readonly facts: RequestFacts;
  /** Of the request's header. */
  readonly idempotencyKey: string | undefined;
  /** Aborted when nobody waits for the answer any more: what moves money is not begun then. */
  readonly deadline: { readonly signal: AbortSignal; extendTo(seconds: number): void };
}

/** What a resolver knows of its request: a new object for each. */
export interface RequestContext extends RequestOrigin {
  /** Who calls, and below the payload of a login who has logged in. */
  readonly viewer: Viewer;
  readonly signal: AbortSignal;
  /** Gives the operation as long as a step of a pay run may take. */
  allowLong(): void;
  readonly reads: Reads<Viewer>;
  /**
   * A request may try one password or refresh token, and no more: aliases would make one request many guesses.
   *
   * @throws AppError RATE_LIMITED from the second time on
   * @throws AppError FORBIDDEN in the console, whose scripts must not see a token
   */
  claimCredentialCheck(): void;
  /** Has everything below the payload of the running mutation read as whoever has logged in by it. */
  readAs(viewer: Viewer): void;
  /** Begins a mutation of the operation, which is called by whoever sent the request, whatever the one before it was. */
  beginMutation(): void;
}

/** @param rawFields the fields of the operation's root that are answered as JSON */
export function createContext(origin: RequestOrigin, rawFields?: RawFields): RequestContext {
  return new Context(origin, rawFields);
}

class Context implements RequestContext {
  readonly deps: Deps;
  viewer: Viewer;
  readonly mayReceiveTokens: boolean;
  readonly client: Client;
  readonly requestId: string | undefined;
  readonly facts: RequestFacts;
  readonly idempotencyKey: string | undefined;
  readonly deadline: RequestOrigin['deadline'];
  private readonly caller: Viewer;
  // Not `#`: Apollo works with a copy of the object, made of its properties.
  private readonly rawFields: RawFields | undefined;
  private ownReads: Reads<Viewer> | undefined;
  private hasClaimed = false;

  constructor(origin: RequestOrigin, rawFields: RawFields | undefined) {
    this.deps = origin.deps;
    this.viewer = origin.viewer;
    this.caller = origin.viewer;
    this.mayReceiveTokens = origin.mayReceiveTokens;
    this.client = origin.client;
    this.requestId = origin.requestId;
    this.facts = origin.facts;
    this.idempotencyKey = origin.idempotencyKey;
    this.deadline = origin.deadline;
    this.rawFields = rawFields;
  }

  get signal(): AbortSignal {
    return this.deadline.signal;
  }

  allowLong(): void {
    this.deadline.extendTo(this.deps.payRunTimeoutSeconds);
  }

  // A request that is refused reads nothing.
  get reads(): Reads<Viewer> {
    const { database, clock } = this.deps;
    this.ownReads ??= new Reads({
      database,
      today: todayOfReads(clock.now()),
      viewer: this.viewer,
      rawPlans,
      rawFields: this.rawFields,
    });
    return this.ownReads;
  }

  claimCredentialCheck(): void {
    if (!this.mayReceiveTokens)
      throw new AppError('FORBIDDEN', 'The console is given no tokens: its session is at /console/session.');
    if (this.hasClaimed) {
      throw new AppError('RATE_LIMITED', 'One login in a request, and no more.', { retryAfterSeconds: 1 });
    }
    this.hasClaimed = true;
  }

  readAs(viewer: Viewer): void {
    this.viewer = viewer;
    this.ownReads = undefined;
  }

  beginMutation(): void {
    if (this.viewer !== this.caller) this.readAs(this.caller);
  }
}
