/** What every browser test starts from: `import { expect, test } from './support/index.ts'`. */
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';

/** The cards of the demo's sign-in page. */
export type Card =
  | 'gp'
  | 'gp-2'
  | 'specialist'
  | 'nurse'
  | 'pharmacist'
  | 'biologist'
  | 'biologist-2'
  | 'biologist-sources'
  | 'biologist-sources-2'
  | 'secretary'
  | 'identity-cell'
  | 'operator'
  | 'dpo'
  | 'patient'
  | 'laboratory-system';

/** Widths that every screen must hold at: a large desk, a desk, a tablet, a telephone. */
export const WIDTHS = [1920, 1440, 768, 390] as const;

interface Helpers {
  /** Signs in as the person of that card, and lands on the home page. */
  signIn(card: Card): Promise<void>;
  /** Fails when axe finds any fault in what is now on the page (WCAG 2.2 A and AA, the base of the RGAA). */
  expectAccessible(): Promise<void>;
  /** With CIGOGNE_PICTURES set, keeps a picture of the whole page in test-results/screens, at each width, for a person to look at. */
  picture(name: string): Promise<void>;
}

export const test = base.extend<{
  helpers: Helpers;
  signIn: Helpers['signIn'];
  expectAccessible: Helpers['expectAccessible'];
  picture: Helpers['picture'];
}>({
  helpers: async ({ page }, use) => {
    await use({
      async signIn(card) {
        await page.goto(`/api/sign-in?card=${card}`);
        await page.waitForURL((url) => url.pathname === '/' || !/^\/(api|oidc)\//.test(url.pathname));
      },
      async expectAccessible() {
        // No blank page of its own to gather frames of other sites, of which we have none, and no account of each element that is as it should be: the same
        // rules, in a quarter of the time.
        const { violations } = await new AxeBuilder({ page })
          .setLegacyMode(true)
          .options({ resultTypes: ['violations'] })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .analyze();
        expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([]);
      },
      async picture(name) {
        if (!process.env.CIGOGNE_PICTURES) return;
        const size = page.viewportSize();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
          await page.screenshot({ path: `test-results/screens/${name}-${width}.png`, fullPage: true });
        }
        if (size) await page.setViewportSize(size);
      },
    });
  },
  signIn: async ({ helpers }, use) => use(helpers.signIn),
  expectAccessible: async ({ helpers }, use) => use(helpers.expectAccessible),
  picture: async ({ helpers }, use) => use(helpers.picture),
});

export { expect };
