import { defineConfig } from 'vitest/config'

const shared = { testTimeout: 60_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'unit', include: ['src/**/*.test.ts'] } },
      { test: { ...shared, name: 'api', include: ['test/api/**/*.test.ts'] } },
      { test: { ...shared, name: 'isolation', include: ['test/isolation/**/*.test.ts'] } },
      { test: { ...shared, name: 'package', include: ['test/package/**/*.test.ts'] } },
    ],
    maxWorkers: 2,
  },
})
