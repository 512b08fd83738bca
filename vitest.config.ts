import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumPath } from './scripts/chromium.mjs'

/** Universal tests run twice: in Node and in a real Chromium. */
const UNIVERSAL = ['src/{base,policy,form}/**/*.test.ts']

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'test/*.test.ts', 'test/{attacks,recipes}/*.test.ts'] } },
      {
        test: {
          name: 'browser',
          include: UNIVERSAL,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: chromiumPath(),
                args: ['--no-sandbox', '--disable-background-networking'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: { name: 'engines', include: ['test/engines/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      { test: { name: 'durability', include: ['test/durability/**/*.test.ts'], testTimeout: 180_000 } },
      { test: { name: 'memory', include: ['test/memory/**/*.test.ts'], testTimeout: 180_000 } },
      {
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
})
