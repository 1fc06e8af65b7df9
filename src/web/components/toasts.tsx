import { useSyncExternalStore } from 'react';
import {
  currentAnnouncements,
  dismissAnnouncement,
  subscribeAnnouncements,
} from './announcements.ts';
import { Icon } from './icons.tsx';

export function Toasts() {
  const announcements = useSyncExternalStore(subscribeAnnouncements, currentAnnouncements);
  return (
    <div className="toasts" aria-live="polite" role="status">
      {announcements.map(({ id, text }) => (
        <div key={id} className="toast">
          <span>{text}</span>
          <button
            type="button"
            className="icon-button"
            aria-label="Dismiss message"
            onClick={() => dismissAnnouncement(id)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
