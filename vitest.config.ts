import { defineConfig } from 'vitest/config';

/**
 * Four projects: `unit` runs beside the source and needs nothing; `real` needs a PostgreSQL and a
 * browser of its own, and starts them itself; both run two files at a time, on fewer processors, too;
 * `containers` builds the image and runs it (npm run test:containers); `deploy` takes versions to real
 * hosts: Docker Engine, registry, ssh server and proxy (npm run test:deploys).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/{forecast,planning,contract,cli,deploy,ml,web}/**/*.test.{ts,tsx}',
            'house/**/*.test.ts',
          ],
          testTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'real',
          include: ['src/server/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/containers/**', 'test/deploy/**'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          // After the units, which leave no processor to those that are timed out.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'containers',
          include: ['test/containers/**/*.test.ts'],
          globalSetup: ['test/support/containers/global-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'deploy',
          include: ['test/deploy/**/*.test.ts'],
          globalSetup: ['test/support/deploy/global-setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
