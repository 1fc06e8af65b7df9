import { useSession } from './access.ts';
import { Dialog } from './dialog.tsx';
import { places } from './navigation.ts';
import { PlaceLink } from './place-link.tsx';
import { SignOutButton } from './sign-out-button.tsx';

/** What the bar of a narrow screen has no room for. */
export function MoreSheet({ onClose }: { onClose: () => void }) {
  const { user, tenant } = useSession();
  return (
    <Dialog
      shape="sheet"
      title="More"
      subtitle={`${tenant.name} · ${user.email}`}
      onClose={onClose}
    >
      <ul className="stack tight">
        {places
          .filter((place) => !place.inBar)
          .map((place) => (
            <li key={place.to}>
              <PlaceLink place={place} onClick={onClose} />
            </li>
          ))}
      </ul>
      <div>
        <SignOutButton />
      </div>
    </Dialog>
  );
}
