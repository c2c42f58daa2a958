import type { Answer } from './http.js';
import { type OnSessionOver, SessionEnd } from './session-end.js';
import { type Claims, recordOf } from './tokens.js';

/** Whom one try of a request is sent for. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  readonly userId: string | undefined;
}

/** The login that requests are sent with. */
export interface Session {
  readonly claims: Claims | undefined;
  /**
   * Whom to send a request for; tokens are renewed first when it is time.
   *
   * @throws StipendError UNAUTHENTICATED when the session is over
   */
  caller(): Promise<Caller>;
  /**
   * Whether the request is to be sent again: its answer said that nobody is logged in, and somebody is now.
   *
   * @param caller whom it was sent for
   * @throws StipendError UNAUTHENTICATED when the session is over
   */
  mended(answer: Answer, caller: Caller): Promise<boolean>;
  /** @param payload of `login` or `changePassword` */
  begin(payload: unknown): Promise<void>;
  /** The user has logged out. */
  leave(): Promise<void>;
}

/** A session in a cookie that JavaScript can't see, and that the server renews. */
export function cookieSession(onSessionOver: OnSessionOver | undefined): Session {
  const end = new SessionEnd(onSessionOver);
  return {
    claims: undefined,
    caller: async () => ({ headers: {}, userId: undefined }),
    mended: async ({ status, errors }) => {
      const refusal = errors?.find(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
      if (status !== 401 && !refusal) {
        // Whoever has logged in, in this tab or in another, is logged in here.
        end.begin();
        return false;
      }
      const { reason } = recordOf(refusal?.extensions);
      const again = end.end(typeof reason === 'string' ? reason : undefined);
      const { error } = end;
      if (await again) return true;
      throw error;
    },
    begin: async () => end.begin(),
    leave: async () => {},
  };
}
