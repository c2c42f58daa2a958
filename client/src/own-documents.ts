import { recordOf } from './tokens.js';

const user = 'user { id username admin }';
const payload = `token expiresAt refreshToken ${user}`;

const login = (selection: string) =>
  `mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) { ${selection} }
}`;

const changePassword = (selection: string) =>
  `mutation ChangePassword($currentPassword: String!, $newPassword: String!) {
  changePassword(currentPassword: $currentPassword, newPassword: $newPassword) { ${selection} }
}`;

/** What the client itself sends. A server that takes trusted documents only needs them in its list. */
export const ownDocuments = {
  login: login(payload),
  changePassword: changePassword(payload),
  refreshSession: `mutation RefreshSession($refreshToken: String!) {
  refreshSession(refreshToken: $refreshToken) { ${payload} }
}`,
  logout: 'mutation Logout($scope: LogoutScope!) { logout(scope: $scope) { revokedSessions } }',
  cookieLogin: login(user),
  cookieChangePassword: changePassword(user),
} as const;

/** Who has logged in. */
export interface LoggedIn {
  readonly id: string;
  readonly username: string;
  readonly admin: boolean;
}

/** @param answered a login's payload */
export function loggedIn(answered: unknown): LoggedIn {
  const { id, username, admin } = recordOf(recordOf(answered).user);
  return { id: String(id), username: String(username), admin: admin === true };
}
