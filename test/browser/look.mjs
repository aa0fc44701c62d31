// SPDX-License-Identifier: Apache-2.0
// Every page in both languages, both themes and several widths: it shows what the API says, fits,
// can be read, and raises no error. The pictures are for people to look at.
import { api, assert, closePage, lowContrast, noSidewaysScroll, openPage, settled, shot, smallTargets, test } from './kit.mjs';

const LOOKS = [
  { name: 'zh-light', lang: 'zh', theme: 'light', width: 1440 },
  { name: 'en-dark', lang: 'en', theme: 'dark', width: 1440 },
  { name: 'zh-dark-390', lang: 'zh', theme: 'dark', width: 390 },
  { name: 'en-light-390', lang: 'en', theme: 'light', width: 390 },
  { name: 'en-light-900', lang: 'en', theme: 'light', width: 900 },
];

const PAGES = [
  { name: 'overview', path: '/' },
  { name: 'regions', path: '/regions' },
  { name: 'region', path: '/regions/ZJ' },
  { name: 'factors', path: '/factors' },
];

for (const page of PAGES) {
  for (const look of LOOKS) {
    test(`look: ${page.name} ${look.name}`, async () => {
      const tab = await openPage(`${page.path}?lang=${look.lang}&theme=${look.theme}`, { width: look.width });
      await tab.locator('h1').waitFor();
      await settled(tab);
      assert.equal(await tab.getAttribute('html', 'lang'), look.lang === 'zh' ? 'zh-CN' : 'en');
      assert.equal(await tab.getAttribute('html', 'data-theme'), look.theme);
      await noSidewaysScroll(tab);
      await shot(tab, `${page.name}-${look.name}`);
      assert.deepEqual(await lowContrast(tab), [], 'texts with too little contrast');
      assert.deepEqual(await smallTargets(tab, look.width < 760 ? 36 : 24), [], 'targets that are too small');
      if (look.lang === 'en') {
        const han = await tab.evaluate(() =>
          [...document.querySelectorAll('h1, h2, nav, .top, .context, th, .reason, .legend, dt')]
            .map((one) => one.textContent)
            .filter((text) => /\p{Script=Han}/u.test(text.replace('\u4e2d', ''))),
        );
        assert.deepEqual(han, [], 'Chinese on an English page');
      }
      await closePage(tab);
    });
  }
}

test('look: the overview says what the API says, in both languages', async () => {
  const overview = await api('/overview');
  for (const lang of ['zh', 'en']) {
    const tab = await openPage(`/?lang=${lang}`);
    await tab.locator('h1').waitFor();
    assert.equal((await tab.locator('h1').textContent()).trim(), overview.verdict[`sentence_${lang}`]);
    assert.equal((await tab.locator('.reason').first().textContent()).trim(), overview.verdict[`reason_${lang}`]);
    const label = await tab.locator('svg.balance').getAttribute('aria-label');
    assert.ok(label.length > 8, 'the balance is described');
    for (const figure of overview.figures.map((one) => one.figure)) {
      assert.equal(await tab.locator(`[data-figure="${figure.figure}"]`).count() > 0, true, figure.figure);
    }
    await closePage(tab);
  }
});

test('look: charts have a sentence, and the table behind each holds every row', async () => {
  const overview = await api('/overview');
  const tab = await openPage('/?lang=en');
  await settled(tab);
  const charts = tab.locator('.chart[role=img]');
  for (let i = 0; i < (await charts.count()); i++) {
    assert.ok((await charts.nth(i).getAttribute('aria-label')).length > 20);
  }
  await tab.getByRole('region', { name: 'Annual cut' }).locator('[data-test=as-table]').click();
  const rows = tab.getByRole('region', { name: 'Annual cut and required cut' }).locator('tbody tr');
  assert.equal(await rows.count(), overview.annual.length);
  await shot(tab, 'overview-table-en', false);
  await closePage(tab);
});

test('look: the language and the theme can be switched and are kept', async () => {
  const tab = await openPage('/', { locale: 'en-GB', colorScheme: 'dark' });
  await tab.locator('h1').waitFor();
  assert.equal(await tab.getAttribute('html', 'lang'), 'en', 'the language of the browser');
  assert.equal(await tab.getAttribute('html', 'data-theme'), 'dark', 'the theme of the system');
  await tab.locator('[data-test=language]').click();
  await tab.locator('[data-test=theme]').click();
  assert.equal(await tab.getAttribute('html', 'lang'), 'zh-CN');
  assert.equal(await tab.getAttribute('html', 'data-theme'), 'light');
  await tab.reload();
  await tab.locator('h1').waitFor();
  assert.equal(await tab.getAttribute('html', 'lang'), 'zh-CN');
  assert.equal(await tab.getAttribute('html', 'data-theme'), 'light');
  await closePage(tab);
});

test('look: no motion where less motion is asked for, and the beam settles where it is not', async () => {
  const still = await openPage('/');
  await still.locator('svg.balance').waitFor();
  const running = await still.evaluate(() => document.getAnimations().length);
  assert.equal(running, 0);
  await closePage(still);
  const moving = await openPage('/', { still: false });
  await moving.locator('svg.balance').waitFor();
  await moving.waitForTimeout(500);
  const first = await moving.locator('svg.balance').innerHTML();
  await moving.waitForTimeout(300);
  assert.equal(await moving.locator('svg.balance').innerHTML(), first, 'nothing loops');
  await closePage(moving);
});

test('look: the tip of a chart is drawn without inline styles', async () => {
  const tab = await openPage('/?lang=en');
  await settled(tab);
  const charts = tab.locator('.chart');
  for (let i = 0; i < (await charts.count()); i++) {
    await charts.nth(i).scrollIntoViewIfNeeded();
    const box = await charts.nth(i).boundingBox();
    await tab.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5);
    await tab.locator('.chart-tip:visible').first().waitFor();
    if (i === 1) await shot(tab, 'tip-en', false);
    await tab.mouse.move(0, 0);
  }
  await closePage(tab);
});
