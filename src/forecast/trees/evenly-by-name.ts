/**
 * Some series of a batch, evenly spread over their names, so that the order of the batch does not matter.
 * `batch` series · `most` of them · returns at most so many, by name
 */
export function evenlyByName<S extends { readonly id: string }>(
  batch: readonly S[],
  most: number,
): readonly S[] {
  const byName = [...batch].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  const step = Math.max(1, byName.length / most);
  return Array.from(
    { length: Math.min(most, byName.length) },
    (_, i) => byName[Math.floor(i * step)]!,
  );
}
