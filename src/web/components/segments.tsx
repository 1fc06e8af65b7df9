import { useId } from 'react';

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  choices: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
}

/** One of a few: radio buttons that look like a switch. */
export function Segments<T extends string>(props: SegmentsProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className="visually-hidden">{props.label}</legend>
      <span className="segments">
        {props.choices.map(([value, label]) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            {label}
          </label>
        ))}
      </span>
    </fieldset>
  );
}
