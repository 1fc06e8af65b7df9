import { cpSync } from 'node:fs';

/** Run by `npm run build`: what the program reads beside its code, and the compiler leaves behind. */
const root = new URL('../', import.meta.url);
for (const folder of ['server/store/migrations', 'server/startup/demo', 'ml/runtime']) {
  cpSync(new URL(`src/${folder}`, root), new URL(`dist/${folder}`, root), {
    recursive: true,
    filter: (source) => !source.endsWith('.ts'),
  });
}
