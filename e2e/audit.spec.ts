/** The data protection officer finds an emergency among the accesses to look at, and follows who opened that record. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/index.ts';

const ODETTE = '/patients/019a0000-0000-7000-8000-000000000001';

/** How many of each role the browser gives to a screen reader: style sheets may take them away. */
async function rolesHeard(page: Page): Promise<Record<string, number>> {
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  await cdp.detach();
  const roles = nodes.filter(({ ignored }) => !ignored).map(({ role }) => String(role?.value));
  return Object.fromEntries([...new Set(roles)].map((role) => [role, roles.filter((other) => other === role).length]));
}

test('the officer sees what should be looked at, and the trail of one record, without a name of a patient', async ({
  page,
  signIn,
  expectAccessible,
  picture,
}) => {
  await signIn('specialist');
  await page.goto(`${ODETTE}/biology`);
  await expect(page.getByRole('heading', { name: /ESSAI-MARCHAND/ }).first()).toBeVisible();

  await signIn('dpo');
  await expect(page.getByRole('heading', { level: 1, name: 'Accès aux dossiers' })).toBeVisible();
  await expect(page.getByRole('table')).toBeVisible();
  await expect(page.getByText('ESSAI-MARCHAND')).toHaveCount(0);
  await expectAccessible();
  await picture('audit');
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await rolesHeard(page), 'as cards on a telephone, it is still a table with its heads').toEqual(
    expect.objectContaining({ table: 1, columnheader: 4 }),
  );
  await page.setViewportSize(size);
  await page.getByRole('button', { name: 'Accès : …00000001' }).first().click();
  await expect(page.getByRole('heading', { name: 'Accès : …00000001' })).toBeVisible();
  await expect(page.getByRole('cell', { name: /a consulté les résultats de biologie/ }).first()).toBeVisible();
  await expect(page.getByText('Membre de l’équipe de soins').first()).toBeVisible();
  const seek = page.getByRole('searchbox', { name: /RPPS/ });
  await seek.fill('ESSAI-MARCHAND');
  await seek.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Les noms de patients ne se cherchent pas ici');
  await seek.fill(ODETTE.split('/').at(-1)!);
  await seek.press('Enter');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('radio', { name: 'Refusés' }).click();
  await page.getByRole('button', { name: 'Voir tout le monde' }).click();
  await expect(page.getByRole('heading', { name: 'Tous les accès' })).toBeVisible();
  await expectAccessible();
});

test('the officer opens no record', async ({ page, signIn }) => {
  await signIn('dpo');
  await page.goto(`${ODETTE}/biology`);
  await expect(page.getByText('Votre fonction ne permet pas cette lecture')).toBeVisible();
});
