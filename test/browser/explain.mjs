// SPDX-License-Identifier: Apache-2.0
// "Why" from several figures, by mouse and by keyboard; the drawer has its own address, keeps the
// focus inside, closes with Esc and gives the focus back.
import { readFile } from 'node:fs/promises';
import { api, assert, closePage, lowContrast, noSidewaysScroll, openPage, settled, shot, test } from './kit.mjs';

const drawer = (tab) => tab.locator('dialog.drawer');

async function openedFigure(tab) {
  await drawer(tab).locator('article').waitFor();
  return new URL(tab.url()).searchParams.get('why');
}

test('explain: a click on a key figure and Enter on a pan open the drawer; Esc returns the focus', async () => {
  const tab = await openPage('/?lang=en');
  await tab.locator('.number .why').first().waitFor();
  const first = tab.locator('.number .why').first();
  const address = await first.getAttribute('data-figure');
  await first.click();
  assert.equal(await openedFigure(tab), address);
  const inside = await tab.evaluate(() => document.querySelector('dialog').contains(document.activeElement));
  assert.ok(inside, 'the focus is inside');
  for (let i = 0; i < 30; i++) {
    await tab.keyboard.press('Tab');
    const where = await tab.evaluate(() => document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement));
    assert.ok(where, 'the focus stays inside');
  }
  await tab.keyboard.press('Escape');
  await drawer(tab).waitFor({ state: 'detached' });
  assert.equal(new URL(tab.url()).searchParams.get('why'), null);
  assert.equal(await tab.evaluate(() => document.activeElement?.getAttribute('data-figure')), address);

  const pan = tab.locator('.sides .why').last();
  const other = await pan.getAttribute('data-figure');
  await pan.focus();
  await tab.keyboard.press('Enter');
  assert.equal(await openedFigure(tab), other);
  await tab.goBack();
  await drawer(tab).waitFor({ state: 'detached' });
  await closePage(tab);
});

test('explain: figures of the table behind a chart and of the regions open it too', async () => {
  const tab = await openPage('/?lang=zh');
  await settled(tab);
  await tab.locator('[data-test=as-table]').first().click();
  const cell = tab.locator('.tall .why').first();
  const address = await cell.getAttribute('data-figure');
  await cell.click();
  assert.equal(await openedFigure(tab), address);
  await tab.keyboard.press('Escape');

  await tab.goto(tab.url().replace(/\/\?.*/, '/regions?lang=zh'));
  const value = tab.locator('tbody .why').first();
  await value.waitFor();
  const region = await value.getAttribute('data-figure');
  await value.click();
  assert.equal(await openedFigure(tab), region);
  await closePage(tab);
});

test('explain: a click on a bar of the annual chart asks why', async () => {
  const overview = await api('/overview');
  const tab = await openPage('/?lang=en');
  await settled(tab);
  const chart = tab.getByRole('region', { name: 'Annual cut and required cut' }).locator('.chart');
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  // The light of the last year stands in the lowest row, at the right.
  // The chart starts with the first year of which anything is known.
  const start = overview.annual.findIndex((row) => row.computed.value !== null || row.official?.value != null);
  const years = overview.annual.length - start;
  const x = box.x + 30 + ((box.width - 38) * (years - 0.5)) / years;
  await tab.mouse.click(x, box.y + box.height - 10);
  assert.equal(await openedFigure(tab), overview.annual[overview.annual.length - 1].light_figure);
  await closePage(tab);
});

for (const look of [
  { name: 'zh-light', lang: 'zh', theme: 'light', width: 1440, height: 1400 },
  { name: 'en-dark', lang: 'en', theme: 'dark', width: 1440, height: 1400 },
  { name: 'en-light-390', lang: 'en', theme: 'light', width: 390, height: 1800 },
  { name: 'zh-dark-390', lang: 'zh', theme: 'dark', width: 390, height: 1800 },
]) {
  test(`explain: its own address, ${look.name}`, async () => {
    const overview = await api('/overview');
    const figure = overview.pans.intensity.value.figure;
    const explanation = await api(`/explain?figure=${encodeURIComponent(figure)}`);
    const tab = await openPage(`/?lang=${look.lang}&theme=${look.theme}&why=${encodeURIComponent(figure)}`, look);
    await drawer(tab).locator('article').waitFor();
    await settled(tab);
    const text = await drawer(tab).innerText();
    if (!explanation.fit_to_publish.fit) {
      for (const reason of explanation.fit_to_publish.reasons) assert.ok(text.includes(reason[`text_${look.lang}`]), reason.code);
    }
    if (explanation.comparison) assert.ok(text.includes(explanation.comparison[`text_${look.lang}`]));
    assert.ok(text.includes(explanation.receipt.hash));
    const { sealed, seal } = await api(`/receipt/seal?figure=${encodeURIComponent(figure)}`);
    const words = sealed ? seal.key_id.slice(0, 12) : look.lang === 'zh' ? '未封存' : 'Not sealed';
    await drawer(tab).locator('.seal', { hasText: words }).waitFor();
    const list = look.width < 760;
    assert.equal(await drawer(tab).locator('.tree').count(), list ? 0 : 1);
    await noSidewaysScroll(tab);
    const wide = await drawer(tab).evaluate((one) => one.scrollWidth - one.clientWidth);
    assert.ok(wide <= 0, `the drawer is ${wide} px too wide`);
    await shot(tab, `explain-${look.name}`, false);
    assert.deepEqual(await lowContrast(tab), [], 'texts with too little contrast');
    await closePage(tab);
  });
}

test('explain: a box shows its source; the tree opens further and can be read as a list', async () => {
  const overview = await api('/overview');
  const figure = overview.pans.intensity.value.figure;
  const tab = await openPage(`/?lang=en&why=${encodeURIComponent(figure)}`, { height: 1400 });
  await drawer(tab).locator('.tree .box').first().waitFor();
  const boxes = drawer(tab).locator('.tree .box');
  const before = await boxes.count();
  assert.ok(before > 1, 'a tree of several boxes');
  const more = drawer(tab).locator('.tree .more:not(.open)');
  if ((await more.count()) > 0) {
    await more.first().click();
    assert.ok((await boxes.count()) > before, 'the branch opened');
  }
  await boxes.last().click();
  await drawer(tab).locator('.details').waitFor();
  await shot(tab, 'explain-node-en', false);
  await drawer(tab).getByRole('button', { name: 'As list' }).click();
  assert.ok((await drawer(tab).locator('.item .line').count()) >= before);
  await closePage(tab);
});

test('explain: the download is the reply of the API', async () => {
  const overview = await api('/overview');
  const figure = overview.pans.intensity.value.figure;
  const tab = await openPage(`/?lang=en&why=${encodeURIComponent(figure)}`);
  const link = drawer(tab).getByRole('link', { name: 'Download JSON' });
  await link.waitFor();
  const [download] = await Promise.all([tab.waitForEvent('download'), link.click()]);
  const saved = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.deepEqual(saved, await api(`/explain?figure=${encodeURIComponent(figure)}`));
  await closePage(tab);
});

for (const look of [
  { name: 'zh-light', lang: 'zh', theme: 'light', width: 1440, height: 1000 },
  { name: 'en-dark-narrow', lang: 'en', theme: 'dark', width: 390, height: 844 },
]) {
  test(`explain: restated, the bars and their records (${look.name})`, async () => {
    const tab = await openPage(`/?why=CN/2020/annual_change&lang=${look.lang}&theme=${look.theme}`, look);
    await drawer(tab).locator('article').waitFor();
    await tab.locator('[data-test=restate-day]').fill('2021-03-01');
    await tab.locator('[data-test=restate-ask]').click();
    const fall = tab.locator('[data-test=waterfall]');
    await fall.waitFor({ timeout: 60000 });
    assert.equal(new URL(tab.url()).searchParams.get('from'), '2021-03-01');
    const wanted = await api('/restatement?figure=CN/2020/annual_change&from=2021-03-01');
    assert.equal(await fall.locator('tbody tr').count(), wanted.bars.length + 2);
    assert.equal(await fall.locator('details li').count(), wanted.bars[0].changes.length);
    assert.match(await fall.innerText(), /498314/);
    assert.match(await fall.locator('tbody tr').first().innerText(), /−1\.07/);
    await fall.scrollIntoViewIfNeeded();
    assert.deepEqual(await lowContrast(tab), []);
    await noSidewaysScroll(tab);
    await shot(tab, `restated-${look.name}`, false);
    await closePage(tab);
  });
}

test('explain: a day that is none is said, and not asked', async () => {
  const tab = await openPage('/?why=CN/2020/annual_change&lang=en');
  await drawer(tab).locator('article').waitFor();
  await tab.locator('[data-test=restate-day]').fill('2021-02-30');
  await tab.locator('[data-test=restate-ask]').click();
  await tab.locator('.restatement [role=alert]').waitFor();
  assert.equal(new URL(tab.url()).searchParams.get('from'), null);
  await closePage(tab);
});

test('explain: the receipt is downloaded', async () => {
  const overview = await api('/overview');
  const figure = overview.pans.intensity.value.figure;
  const tab = await openPage(`/?lang=en&why=${encodeURIComponent(figure)}`, { height: 1400 });
  await drawer(tab).locator('article').waitFor();
  const [saved] = await Promise.all([
    tab.waitForEvent('download'),
    drawer(tab).getByRole('link', { name: 'Download receipt' }).click(),
  ]);
  assert.ok(saved.suggestedFilename().endsWith('receipt.json'), saved.suggestedFilename());
  const receipt = JSON.parse(await readFile(await saved.path(), 'utf8'));
  assert.equal(receipt.format, 'heng-receipt-1');
  assert.equal(receipt.lines.at(-1)[0], receipt.id);
  const state = await api(`/receipt/seal?figure=${encodeURIComponent(figure)}`);
  assert.equal(receipt.seal !== null, state.sealed);
  await closePage(tab);
});
