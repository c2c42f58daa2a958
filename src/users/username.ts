/** What two usernames are compared by: NFKC, then lower case, so that case and width make no second name. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC');
}
