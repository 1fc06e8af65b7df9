import { Link } from '@tanstack/react-router';
import { Icon } from './icons.tsx';
import type { Place } from './navigation.ts';

export function PlaceLink({ place, onClick }: { place: Place; onClick?: () => void }) {
  return (
    <Link
      to={place.to}
      className="nav-item"
      activeOptions={{ exact: place.to === '/' }}
      onClick={onClick}
    >
      <Icon name={place.icon} />
      {place.label}
    </Link>
  );
}
