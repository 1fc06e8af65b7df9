import { problemOf } from '../queries/problem.ts';

export interface Announcement {
  id: number;
  text: string;
  /** A refusal stays until it is closed; news goes by itself. */
  lasting: boolean;
}

const newsMilliseconds = 6_000;
let announcements: readonly Announcement[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Announcement[]): void {
  announcements = next;
  for (const listener of listeners) listener();
}

function add(text: string, lasting: boolean): void {
  const id = nextId++;
  set([...announcements.slice(-2), { id, text, lasting }]);
  if (!lasting) setTimeout(() => dismissAnnouncement(id), newsMilliseconds);
}

/** Says what has been done; read aloud too. */
export function announce(text: string): void {
  add(text, false);
}

/** Says what was refused and what to do, where no better place is at hand. */
export function announceProblem(error: unknown): void {
  const problem = problemOf(error);
  add(`${problem.message} ${problem.remedy}`, true);
}

export function dismissAnnouncement(id: number): void {
  set(announcements.filter((announcement) => announcement.id !== id));
}

export function subscribeAnnouncements(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentAnnouncements(): readonly Announcement[] {
  return announcements;
}
