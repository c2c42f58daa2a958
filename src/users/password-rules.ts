const shortest = 12;
const longest = 128;

/**
 * What a new password must be: 12 to 128 characters (code points), and not the user's name (NIST SP 800-63B section
 * 5.1.1.2: length, no composition rules).
 *
 * @returns what is wrong, to be said after the field's name, or undefined
 */
export function checkPassword(password: string, username: string): string | undefined {
  const length = [...password].length;
  if (length < shortest) return `is shorter than ${shortest} characters`;
  if (length > longest) return `is longer than ${longest} characters`;
  if (password.toLowerCase() === username.toLowerCase()) return 'is the username';
  return undefined;
}
