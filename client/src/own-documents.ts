import { recordOf } from './tokens.js';

const payload = '{ token expiresAt refreshToken user { id username admin } }';

/** What the client itself sends. A server that takes trusted documents only needs them in its list. */
export const ownDocuments = {
  login: `mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) ${payload}
}`,
  changePassword: `mutation ChangePassword($currentPassword: String!, $newPassword: String!) {
  changePassword(currentPassword: $currentPassword, newPassword: $newPassword) ${payload}
}`,
  refreshSession: `mutation RefreshSession($refreshToken: String!) {
  refreshSession(refreshToken: $refreshToken) ${payload}
}`,
  logout: 'mutation Logout($scope: LogoutScope!) { logout(scope: $scope) { revokedSessions } }',
  me: 'query Me { me { id username admin } }',
} as const;

/** Who has logged in. */
export interface LoggedIn {
  readonly id: string;
  readonly username: string;
  readonly admin: boolean;
}

export function loggedIn(user: unknown): LoggedIn {
  const { id, username, admin } = recordOf(user);
  return { id: String(id), username: String(username), admin: admin === true };
}
