import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { Database, Transaction } from '../../database/database.js';
import { newId } from '../../ids.js';
import type { User } from '../../users/user.js';
import type { LiveKeyRing } from '../keys/live-key-ring.js';
import { signAccessToken, type TokenOptions } from '../tokens.js';
import { type SessionLifetime, secondsAfter } from './live-session.js';
import { firstRefreshToken, hashRefreshToken } from './refresh-tokens.js';

export interface SessionDeps {
  clock: Clock;
  database: Database;
  keyRing: LiveKeyRing;
  tokens: TokenOptions;
  tokenTtlSeconds: number;
  lifetime: SessionLifetime;
  refreshKey: KeyObject;
}

/** Where a request comes from, as far as the connection tells. */
export interface Client {
  ip: string | null;
  userAgent: string | null;
}

/** What a login or a refresh answers. */
export interface TokenPair {
  token: string;
  expiresAt: Date;
  refreshToken: string;
  refreshExpiresAt: Date;
  user: User;
}

const longestUserAgent = 255;

/** A session that was just written, before its tokens are made. */
export interface NewSession {
  sessionId: string;
  sessionExpiresAt: Date;
  refreshToken: string;
}

/** Writes a new session with its first refresh token. */
export async function insertSession(
  tx: Transaction,
  { lifetime }: Pick<SessionDeps, 'lifetime'>,
  client: Client,
  userId: string,
  now: Date,
): Promise<NewSession> {
  const sessionId = newId(now);
  const sessionExpiresAt = secondsAfter(now, lifetime.maxAgeSeconds);
  const refreshToken = firstRefreshToken();
  await tx.session.create({
    data: {
      id: sessionId,
      userId,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: sessionExpiresAt,
      ip: client.ip,
      userAgent: client.userAgent?.slice(0, longestUserAgent) ?? null,
      refreshTokens: { create: { hash: hashRefreshToken(refreshToken), createdAt: now } },
    },
  });
  return { sessionId, sessionExpiresAt, refreshToken };
}

/** Signs an access token for a session, and puts the pair together. */
export async function issueTokens(
  deps: SessionDeps,
  user: User,
  { sessionId, sessionExpiresAt, refreshToken }: NewSession,
  now: Date,
): Promise<TokenPair> {
  const iat = Math.floor(now.getTime() / 1000);
  const exp = Math.min(iat + deps.tokenTtlSeconds, Math.floor(sessionExpiresAt.getTime() / 1000));
  const token = await signAccessToken(deps.tokens, deps.keyRing.current, {
    sub: user.id,
    iat,
    nbf: iat,
    exp,
    jti: newId(now),
    sid: sessionId,
    username: user.username,
    admin: user.role === 'ADMIN',
  });
  const idleEnd = secondsAfter(now, deps.lifetime.idleSeconds);
  const refreshExpiresAt = idleEnd < sessionExpiresAt ? idleEnd : sessionExpiresAt;
  return { token, expiresAt: new Date(exp * 1000), refreshToken, refreshExpiresAt, user };
}
