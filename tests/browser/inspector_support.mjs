// The inspector in Chromium on a page that does not know it.
import { ECOM, useBrowser } from './plugin_support.mjs';

export const attribute = (panel, name) => panel.locator('.attribute', { has: panel.page().locator('.attribute-name', { hasText: new RegExp(`^${name}$`) }) });
export const valueOf = (panel, name) => attribute(panel, name).locator('.attribute-value').textContent();
export const showsValue = (panel, name, value) => attribute(panel, name).locator('.attribute-value', { hasText: new RegExp(`^${value}$`) }).waitFor();

/**
 * One browser for all tests of a file, as useBrowser().
 * @returns `withShop` of that one, and `inspected(options, body)`: a shop with the inspector open and the engine ready
 */
export function useInspector() {
  const withShop = useBrowser();
  const inspected = (options, body) =>
    withShop({ entry: 'inspector_page.mjs', ...options }, async (shop, page) => {
      await page.evaluate((definitions) => startTracker({ definitions, handlers: { keep }, measurement: false }), options.definitions ?? ECOM);
      await shop.ready();
      await page.evaluate(() => void (window.inspector = openInspector()));
      const panel = page.getByRole('complementary', { name: 'OnCue inspector' });
      await panel.locator('.rule').first().waitFor();
      await body({ ...shop, panel, value: (name) => valueOf(panel, name), section: (name) => panel.locator(`[data-section="${name}"]`) }, page);
    });
  return { withShop, inspected };
}
