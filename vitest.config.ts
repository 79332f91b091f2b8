import { defineConfig } from 'vitest/config'
import { testTimeoutMs } from './test/support/scale.ts'

const shared = { testTimeout: testTimeoutMs, hookTimeout: 2 * testTimeoutMs }
/** Makes the migrated template database that `freshDatabase()` copies. */
const onDatabase = { ...shared, globalSetup: 'test/support/global-setup.ts' }
/** Nothing of one file is left to the next, so that they share a process: loading the server took a third of the time. */
const inOneProcess = { ...onDatabase, isolate: false }

/** Ask the database itself, as its owner or from its catalogue: a pooler in front of the server changes nothing. */
const withoutServer = ['catalogue', 'schema', 'settings', 'sealed', 'refused-starts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
        },
      },
      { test: { ...inOneProcess, name: 'api', include: ['test/api/**/*.test.ts'] } },
      { test: { ...inOneProcess, name: 'isolation', include: ['test/isolation/**/*.test.ts'] } },
      {
        test: {
          ...inOneProcess,
          name: 'pooled',
          include: ['test/isolation/**/*.test.ts'],
          exclude: withoutServer.map((name) => `test/isolation/${name}.test.ts`),
        },
      },
      { test: { ...onDatabase, name: 'package', include: ['test/package/**/*.test.ts'] } },
    ],
    maxWorkers: 2,
  },
})
