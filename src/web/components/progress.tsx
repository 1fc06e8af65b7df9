interface ProgressProps {
  label: string;
  /** In [0,1]; null while nobody can tell. */
  share: number | null;
}

export function Progress({ label, share }: ProgressProps) {
  const known = share !== null;
  const percent = known ? Math.round(share * 100) : undefined;
  return (
    <span
      className={known ? 'progress' : 'progress unknown'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={known ? { transform: `scaleX(${share})` } : undefined} />
    </span>
  );
}
