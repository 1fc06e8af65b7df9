import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { useSession } from './access.ts';
import { BrandMark, Icon } from './icons.tsx';
import { MoreSheet } from './more-sheet.tsx';
import { places } from './navigation.ts';
import { PlaceLink } from './place-link.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { SignOutButton } from './sign-out-button.tsx';

function Rail({ onHelp }: { onHelp: () => void }) {
  const { user, tenant } = useSession();
  return (
    <header className="rail">
      <div className="brand">
        <BrandMark />
        Parstock
      </div>
      <nav className="nav" aria-label="Main">
        <ul>
          {places.map((place) => (
            <li key={place.to}>
              <PlaceLink place={place} />
            </li>
          ))}
        </ul>
      </nav>
      <div className="rail-foot">
        <div>
          <strong>{tenant.name}</strong>
          <br />
          {user.email}
        </div>
        <div className="row">
          <SignOutButton />
          <button type="button" className="button small" onClick={onHelp}>
            Keys <kbd>?</kbd>
          </button>
        </div>
      </div>
    </header>
  );
}

function BottomBar({ onMore }: { onMore: () => void }) {
  return (
    <nav className="bar" aria-label="Main, short">
      <ul>
        {places
          .filter((place) => place.inBar)
          .map((place) => (
            <li key={place.to}>
              <PlaceLink place={place} />
            </li>
          ))}
        <li>
          <button type="button" className="nav-item" onClick={onMore}>
            <Icon name="more" />
            More
          </button>
        </li>
      </ul>
    </nav>
  );
}

/** After navigation the focus goes to the new page's heading rather than staying in the rail. */
function useFocusOnHeading(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        // A page that has put the focus somewhere itself knows better.
        if (document.activeElement?.parentElement?.closest('main')) return;
        document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
      }),
    [router],
  );
}

/** Rail or bar, and the page beside it. */
export function Shell() {
  const navigate = useNavigate();
  const [open, setOpen] = useState<'help' | 'more' | null>(null);
  useFocusOnHeading();
  useShortcuts({
    '?': () => setOpen('help'),
    '/': () => void navigate({ to: '/products', search: { focus: 'now' } }),
    ...Object.fromEntries(
      places.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })] as const),
    ),
  });

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Rail onHelp={() => setOpen('help')} />
      <main className="main" id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <BottomBar onMore={() => setOpen('more')} />
      {open === 'help' && <ShortcutHelp onClose={() => setOpen(null)} />}
      {open === 'more' && <MoreSheet onClose={() => setOpen(null)} />}
    </div>
  );
}
