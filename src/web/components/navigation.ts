import type { IconName } from './icons.tsx';

export interface Place {
  readonly to:
    | '/'
    | '/orders'
    | '/purchase-orders'
    | '/products'
    | '/import'
    | '/runs'
    | '/settings';
  readonly label: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
  /** In the bar at the bottom of a narrow screen; the others are behind "More". */
  readonly inBar: boolean;
}

export const places: readonly Place[] = [
  { to: '/', label: 'Today', icon: 'today', key: 't', inBar: true },
  { to: '/orders', label: 'Orders', icon: 'orders', key: 'o', inBar: true },
  { to: '/purchase-orders', label: 'Purchase orders', icon: 'purchases', key: 'u', inBar: false },
  { to: '/products', label: 'Products', icon: 'products', key: 'p', inBar: true },
  { to: '/import', label: 'Import', icon: 'import', key: 'i', inBar: true },
  { to: '/runs', label: 'Forecast runs', icon: 'runs', key: 'r', inBar: false },
  { to: '/settings', label: 'Settings', icon: 'settings', key: 's', inBar: false },
];
