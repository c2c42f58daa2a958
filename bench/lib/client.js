/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {object | null | undefined} data
 * @property {string | undefined} code of the first error; a status of 401 says as much as UNAUTHENTICATED
 */

/**
 * @param {string} url
 * @param {{ query: string, variables?: object }} body
 * @param {string} [token]
 * @returns {Promise<Answer>}
 */
export async function ask(url, body, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: headersFor(token),
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  const code = response.status === 401 ? 'UNAUTHENTICATED' : errors?.[0].extensions?.code;
  return { status: response.status, data, code, errors };
}

/** @returns {Record<string, string>} */
export function headersFor(token) {
  return { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
}

/**
 * @throws Error when there is no data
 * @returns {Promise<object>}
 */
export async function askForData(url, body, token) {
  const { status, data, errors } = await ask(url, body, token);
  if (data && !errors) return data;
  throw new Error(`${url} answers ${status} ${JSON.stringify(errors)} to ${JSON.stringify(body)}`);
}

const login =
  'mutation LogIn($username: String!, $password: String!) { login(username: $username, password: $password) { token } }';

/** @returns {{ query: string, variables: object }} */
export function loginBody(username, password) {
  return { query: login, variables: { username, password } };
}

/** @returns {Promise<string>} an access token of Stipend's */
export async function logIn(url, username, password) {
  return (await askForData(url, loginBody(username, password))).login.token;
}
