import { useSuspenseQuery } from '@tanstack/react-query';
import { type Role, type Session, sessionQuery } from '../queries/session.ts';

const ranks: Record<Role, number> = { viewer: 0, planner: 1, admin: 2 };

/** Who is signed in. Only below the signed-in routes, which see to it that somebody is. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error('asked who is signed in where nobody has to be');
  return data;
}

/** Whether to offer what this role may do; the server decides again. */
export function useMay(role: Role): boolean {
  return ranks[useSession().user.role] >= ranks[role];
}
