/** The address of a database with the password that was given apart from it; its own one wins. */
export function withPassword(address?: string | null, password?: string | null): string | null {
  if (!address || !password) return address ?? null;
  const url = new URL(address);
  if (url.password === '') url.password = encodeURIComponent(password);
  return url.href;
}
