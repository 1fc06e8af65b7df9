import type { Asked } from './installed-model.ts';
import { badOption } from './options.ts';
import type { SeriesFile } from './series-file.ts';

/** The file with what a model says of its series. */
export async function askModel(file: SeriesFile, asked: Asked): Promise<SeriesFile> {
  // Threads for models are loaded by those alone who ask for one.
  const { withModel } = await import('./installed-model.ts');
  return { ...file, series: await withModel(file.series, asked) };
}

/** The engine looks at one series at a time: a group without a model would be passed over. */
export function checkGroupsAsked(
  { groupColumn }: { groupColumn?: string },
  model: string | undefined,
): void {
  if (groupColumn === undefined || model !== undefined) return;
  throw badOption('--group-column', groupColumn, 'a model that looks at groups: --model chronos-2');
}
