/** The unit behind a number in a column; "each" in every row would be noise. */
export function UnitMark({ unit }: { unit: string }) {
  return unit === 'each' ? null : <span className="unit"> {unit}</span>;
}
