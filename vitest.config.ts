import { defineConfig } from 'vitest/config'

/** `unit` lives beside the sources; `e2e` needs the real parts: Kafka, workerd, Chromium. */
export default defineConfig({
  test: {
    globalSetup: 'test/support/compiler.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{core,gateway,edge,web-sdk}/src/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
