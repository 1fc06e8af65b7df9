/** A matrix, row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** In square blocks: a large matrix read column by column would miss the cache at every step. */
const BLOCK = 32;

export function transpose({ rows, columns, data }: Matrix): Matrix {
  const turned = new Float32Array(data.length);
  for (let top = 0; top < rows; top += BLOCK)
    for (let left = 0; left < columns; left += BLOCK)
      for (let r = top; r < Math.min(top + BLOCK, rows); r++)
        for (let c = left; c < Math.min(left + BLOCK, columns); c++)
          turned[c * rows + r] = data[r * columns + c]!;
  return { rows: columns, columns: rows, data: turned };
}

/** The product a·b, summed in double precision. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const data = new Float32Array(a.rows * b.columns);
  const row = new Float64Array(b.columns);
  for (let i = 0; i < a.rows; i++) {
    row.fill(0);
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[i * a.columns + k]!;
      const from = k * b.columns;
      for (let j = 0; j < b.columns; j++) row[j]! += factor * b.data[from + j]!;
    }
    data.set(row, i * b.columns);
  }
  return { rows: a.rows, columns: b.columns, data };
}

/**
 * Two products of an input of eight bits and a weight of this many fit in sixteen bits together: a processor
 * without VNNI adds them up there, and cuts off what is larger.
 */
const LARGEST_WEIGHT = 63;

/** Whole numbers from -63 to 63 and, for each column, what one of them is worth. */
export function quantiseColumns({ rows, columns, data }: Matrix): {
  values: Int8Array;
  scales: Float32Array;
} {
  const scales = new Float32Array(columns);
  for (let i = 0; i < data.length; i++)
    scales[i % columns] = Math.max(scales[i % columns]!, Math.abs(data[i]!));
  // A column of zeros keeps a worth of 1: its products are zero either way.
  for (let c = 0; c < columns; c++) scales[c] = scales[c] === 0 ? 1 : scales[c]! / LARGEST_WEIGHT;
  const values = new Int8Array(rows * columns);
  for (let i = 0; i < data.length; i++) values[i] = Math.round(data[i]! / scales[i % columns]!);
  return { values, scales };
}
