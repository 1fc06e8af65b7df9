import { useState } from 'react';
import { useMay, useSession } from '../components/access.ts';
import { ApiKeySettings } from '../components/api-key-settings.tsx';
import { CheckField } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Segments } from '../components/segments.tsx';
import { SystemSettings } from '../components/system/system-settings.tsx';
import { chooseTheme, useTheme } from '../components/theme.ts';
import { UserSettings } from '../components/user-settings.tsx';
import { sentence } from '../format/words.ts';
import { enableShortcuts, shortcutsEnabled } from '../keyboard/shortcuts.ts';

const themes = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

function Appearance() {
  const theme = useTheme();
  const [shortcuts, setShortcuts] = useState(shortcutsEnabled);
  return (
    <section className="section" aria-labelledby="appearance">
      <h2 id="appearance">This browser</h2>
      <div className="card padded stack">
        <div className="field">
          <span className="field-label">Theme</span>
          <Segments label="Theme" value={theme} choices={themes} onChange={chooseTheme} />
        </div>
        <CheckField
          label="Keyboard shortcuts"
          hint="Single keys such as g t, /, j and k. Off helps those who dictate."
          checked={shortcuts}
          onChange={(event) => {
            enableShortcuts(event.target.checked);
            setShortcuts(event.target.checked);
          }}
        />
      </div>
    </section>
  );
}

function You() {
  const { user, tenant } = useSession();
  return (
    <section className="section" aria-labelledby="you">
      <h2 id="you">You</h2>
      <dl className="card padded pairs">
        <dt>Signed in as</dt>
        <dd>{user.email}</dd>
        <dt>Role</dt>
        <dd>{sentence(user.role)}</dd>
        <dt>Company</dt>
        <dd>{tenant.name}</dd>
        <dt>Currency</dt>
        <dd>{tenant.currency}</dd>
      </dl>
      {tenant.demoData && (
        <p className="small soft">
          Demo data: “Hierarchical Sales Data”, P. Mancuso, V. Piccialli and A. M. Sudoso, UCI
          Machine Learning Repository, CC BY 4.0, with its dates moved. Suppliers, prices, lead
          times and stock are made up.
        </p>
      )}
    </section>
  );
}

export function SettingsPage() {
  const isAdmin = useMay('admin');
  return (
    <div className="page" style={{ maxWidth: '60rem' }}>
      <PageHeader title="Settings" />
      <You />
      <Appearance />
      {isAdmin && <UserSettings />}
      {isAdmin && <ApiKeySettings />}
      {isAdmin && <SystemSettings />}
    </div>
  );
}
