/** An answer as it came over HTTP. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what an operation answers is for its test to say
  data: any;
  errors: AnswerError[] | undefined;
  /** The body as it came. */
  text: string;
}

export interface AnswerError {
  message: string;
  path?: Array<string | number>;
  locations?: Array<{ line: number; column: number }>;
  extensions: { code: string; field?: string; [name: string]: unknown };
}

/** Sends one operation by POST, with the token when there is one. */
export async function send(
  url: string,
  request: { query: string; variables?: object | undefined; token?: string | undefined },
): Promise<Answer> {
  const { query, variables, token } = request;
  return post(
    url,
    JSON.stringify({ query, variables }),
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
}

/** Sends a body as it stands. */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return readAnswer(response);
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  return { status: response.status, headers: response.headers, data, errors, text };
}

/** Logs in for real. @returns the access token */
export async function logIn(url: string, username: string, password: string): Promise<string> {
  const answer = await send(url, {
    query:
      'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token } }',
    variables: { username, password },
  });
  if (!answer.data?.login) throw new Error(`can't log in: ${answer.text}`);
  return answer.data.login.token;
}
