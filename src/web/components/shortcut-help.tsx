import { Fragment } from 'react';
import { shortcutsEnabled } from '../keyboard/shortcuts.ts';
import { Dialog } from './dialog.tsx';
import { places } from './navigation.ts';

const elsewhere: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'Search products'],
  ['?', 'This help'],
];

const inOrders: readonly (readonly [keys: string, meaning: string])[] = [
  ['j', 'Next line'],
  ['k', 'Previous line'],
  ['a', 'Accept the line'],
  ['e', 'Edit its quantity'],
  ['d', 'Dismiss it, with a reason'],
  ['w', 'Why this number?'],
];

function Keys({ of }: { of: readonly (readonly [string, string])[] }) {
  return (
    <dl className="shortcuts">
      {of.map(([keys, meaning]) => (
        <Fragment key={keys}>
          <dt>
            {keys.split(' ').map((key) => (
              <Fragment key={key}>
                <kbd>{key}</kbd>{' '}
              </Fragment>
            ))}
          </dt>
          <dd>{meaning}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      {!shortcutsEnabled() && <p className="note warn">Shortcuts are switched off in Settings.</p>}
      <h3>Go to</h3>
      <Keys of={places.map(({ key, label }) => [`g ${key}`, label] as const)} />
      <h3>Anywhere</h3>
      <Keys of={elsewhere} />
      <h3>In Orders</h3>
      <Keys of={inOrders} />
      <p className="soft small">
        Tab and Shift+Tab walk through everything; Escape closes. Shortcuts can be switched off in
        Settings.
      </p>
    </Dialog>
  );
}
