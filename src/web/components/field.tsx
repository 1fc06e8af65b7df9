import { type ComponentPropsWithRef, type ReactNode, useId } from 'react';

interface Labelled {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is read aloud but not shown, where a column heading already says it. */
  labelHidden?: boolean;
}

interface FrameProps extends Labelled {
  id: string;
  children: ReactNode;
}

function Frame({ id, label, hint, error, labelHidden, children }: FrameProps) {
  return (
    <div className="field">
      <label htmlFor={id} className={labelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      {children}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && (
        <span className="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Pick<Labelled, 'hint' | 'error'>) {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
}

export function TextField(props: Labelled & ComponentPropsWithRef<'input'>) {
  const { label, hint, error, labelHidden, className = '', ...rest } = props;
  const made = useId();
  const id = rest.id ?? made;
  return (
    <Frame {...{ id, label, hint, error, labelHidden }}>
      <input
        {...rest}
        id={id}
        className={`input ${className}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, { hint, error })}
      />
    </Frame>
  );
}

export function SelectField(props: Labelled & ComponentPropsWithRef<'select'>) {
  const { label, hint, error, labelHidden, children, ...rest } = props;
  const id = useId();
  return (
    <Frame {...{ id, label, hint, error, labelHidden }}>
      <select
        {...rest}
        id={id}
        className="input"
        aria-describedby={describedBy(id, { hint, error })}
      >
        {children}
      </select>
    </Frame>
  );
}

interface CheckFieldProps extends Omit<ComponentPropsWithRef<'input'>, 'type'> {
  label: string;
  hint?: ReactNode;
}

export function CheckField({ label, hint, ...rest }: CheckFieldProps) {
  const id = useId();
  return (
    <div className="check">
      <input {...rest} id={id} type="checkbox" aria-describedby={hint ? `${id}-hint` : undefined} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}
