import { type FormEvent, useState } from 'react';
import { Button } from '../components/button.tsx';
import { SelectField, TextField } from '../components/field.tsx';
import { type Bounds, changeProblem, firstGuess, kindWords } from './change-words.ts';
import type { Change } from './re-forecast.ts';

const kinds = Object.keys(kindWords) as Change['kind'][];

interface ChangeFormProps {
  bounds: Bounds;
  onAdd: (change: Change) => void;
}

/** Which days, and what they are taken to be. */
export function ChangeForm({ bounds, onAdd }: ChangeFormProps) {
  const [kind, setKind] = useState<Change['kind']>('promotion');
  const [days, setDays] = useState(() => firstGuess('promotion', bounds));
  const [problem, setProblem] = useState<string | null>(null);
  const choose = (next: Change['kind']) => {
    setKind(next);
    setDays(firstGuess(next, bounds));
    setProblem(null);
  };
  const add = (event: FormEvent) => {
    event.preventDefault();
    const change = { ...days, kind };
    const found = changeProblem(change, bounds);
    setProblem(found);
    if (found === null) onAdd(change);
  };
  const limits = { type: 'date', min: bounds.first, max: bounds.last } as const;

  return (
    <form className="what-if-form" noValidate onSubmit={add}>
      <SelectField
        label="Take days as"
        value={kind}
        onChange={(event) => choose(event.target.value as Change['kind'])}
      >
        {kinds.map((one) => (
          <option key={one} value={one}>
            {kindWords[one]}
          </option>
        ))}
      </SelectField>
      <TextField
        {...limits}
        label="From"
        value={days.from}
        onChange={(event) => setDays({ ...days, from: event.target.value })}
      />
      <TextField
        {...limits}
        label="To"
        value={days.to}
        error={problem ?? undefined}
        onChange={(event) => setDays({ ...days, to: event.target.value })}
      />
      <Button type="submit">Suppose</Button>
    </form>
  );
}
