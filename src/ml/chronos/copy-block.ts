/**
 * Puts one rolled-out block into a longer forecast; both are level by level, period by period.
 * `result` levels × horizon · `block` levels × its own periods · `from` first period, 0-based
 */
export function copyBlock(
  result: Float32Array,
  block: Float32Array,
  { from, horizon, levels }: { from: number; horizon: number; levels: number },
): void {
  const length = block.length / levels;
  const taken = Math.min(length, horizon - from);
  for (let level = 0; level < levels; level++)
    result.set(block.subarray(level * length, level * length + taken), level * horizon + from);
}
