import type { User } from './user.js';

/** A user whom a foreign key names: users are never deleted. */
export function requireUser(user: User | null): User {
  if (!user) throw new Error('a user who is referred to is missing');
  return user;
}
