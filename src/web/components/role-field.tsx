import type { ComponentProps } from 'react';
import type { Role } from '../queries/session.ts';
import { SelectField } from './field.tsx';

const roles: readonly (readonly [Role, string])[] = [
  ['viewer', 'Viewer: reads'],
  ['planner', 'Planner: imports, forecasts, orders'],
  ['admin', 'Administrator: also users and keys'],
];

export function RoleField(props: Omit<ComponentProps<typeof SelectField>, 'children'>) {
  return (
    <SelectField {...props}>
      {roles.map(([role, label]) => (
        <option key={role} value={role}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}

export function roleOf(form: FormData): Role {
  return String(form.get('role')) as Role;
}
