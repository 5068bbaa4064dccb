import { defineConfig } from '@playwright/test';
import { BROWSER_FLAGS } from './e2e/support/browser.ts';

// The address and the browser are found by the set-up, and read here again by each worker that it starts.
const { CIGOGNE_E2E_URL, CIGOGNE_E2E_BROWSER } = process.env;

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  globalSetup: './e2e/support/server.ts',
  outputDir: 'test-results/browser',
  workers: 2,
  // Limits for a slow machine that also does other things: a test waits for what it needs, and none judges how soon it comes.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    ...(CIGOGNE_E2E_URL ? { baseURL: CIGOGNE_E2E_URL } : {}),
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: { args: BROWSER_FLAGS, ...(CIGOGNE_E2E_BROWSER ? { executablePath: CIGOGNE_E2E_BROWSER } : {}) },
  },
});
