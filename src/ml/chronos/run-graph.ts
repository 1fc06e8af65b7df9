export interface GraphInput {
  readonly data: Float32Array | Int32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** Runs a graph once; the answer's memory belongs to the caller. Rejects when the work was cancelled. */
export type RunGraph = (inputs: Readonly<Record<string, GraphInput>>) => Promise<Float32Array>;

/** Enough tokens to keep the processor busy, few enough that what a layer writes stays in its cache. */
const TOKENS_PER_RUN = 550;

/** How much of a run one item takes. */
export interface ItemSize {
  /** Rows of the batch: the series of a group go through the graph together. */
  readonly rows: number;
  /** Tokens of each row. */
  readonly tokens: number;
}

/**
 * Runs items in batches of about the same length and of the same number of rows: a batch is as long
 * as its longest series, and what the others are padded with costs as much as data. Answers come in
 * the order of the items.
 */
export async function inBatches<Item, Answer>(
  items: readonly Item[],
  sizeOf: (item: Item) => ItemSize,
  run: (batch: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const sizes = items.map(sizeOf);
  const order = items.map((_, i) => i).sort((a, b) => bySize(sizes[a]!, sizes[b]!));
  const answers: Answer[] = Array.from({ length: items.length });
  for (let from = 0; from < order.length; ) {
    const { rows, tokens } = sizes[order[from]!]!;
    const most = Math.max(1, Math.floor(TOKENS_PER_RUN / (rows * tokens)));
    const alike = order.slice(from, from + most).filter((i) => sizes[i]!.rows === rows);
    const found = await run(alike.map((i) => items[i]!));
    for (const [k, i] of alike.entries()) answers[i] = found[k]!;
    from += alike.length;
  }
  return answers;
}

function bySize(a: ItemSize, b: ItemSize): number {
  return a.rows - b.rows || b.tokens - a.tokens;
}
