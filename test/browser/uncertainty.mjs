// SPDX-License-Identifier: Apache-2.0
// How far a figure may be off: the pack states nothing, and the drawer says so; where inputs do, it shows
// both intervals and ranks them. The second reply is given here, for books that state something are none of
// the pack's.
import { api, assert, closePage, lowContrast, noSidewaysScroll, openPage, settled, shot, test } from './kit.mjs';

const FIGURE = 'CN/2025/annual_change';

test('uncertainty: where nobody states anything there is no interval, and that is said', async () => {
  const reply = await api(`/uncertainty?figure=${FIGURE}`);
  assert.equal(reply.stated, 0);
  assert.equal(reply.propagated, null);
  assert.equal(reply.drawn, null);
  const tab = await openPage(`/?lang=en&why=${FIGURE}`);
  const section = tab.locator('[data-test=uncertainty]');
  await section.waitFor();
  assert.match(await section.textContent(), new RegExp(`None of the ${reply.inputs} facts and factors`));
  assert.equal(await section.locator('li').count(), 0);
  await closePage(tab);
});

const input = (kind, address, label_en, label_zh, text, unit, stated, share) => ({
  kind, address, label_en, label_zh, text, unit, stated, share, source: 'S',
});

async function stated(page) {
  await page.route('**/api/v1/uncertainty*', async (route) => {
    const reply = await (await route.fetch()).json();
    Object.assign(reply, {
      inputs: 12, stated: 3, covered: 0.684,
      propagated: { low: -5.196, high: -2.87, deviation: 0.593, rough: false },
      drawn: { draws: 10000, seed: 1, low: -5.186, median: -4.047, high: -2.897, mean: -4.038, turned: 3, unknown: 0 },
      ranked_count: 3,
      ranked: [
        input('fact', 'CN/2025/energy_total[census_4]', 'Energy', '能源消费总量', '617000', '10^4 tce', '±2 % with yearbook', 1.505),
        input('row', 'co2.co2_per_tce[coal]', 'CO2 per tce', '碳排放系数', '2.66', 't CO2/tce', '±3 %', -0.537),
        input('rule', FIGURE, 'Change', '变化率', '', '', '±1 % normal', 0.032),
      ],
    });
    await route.fulfill({ json: reply });
  });
}

for (const look of [
  { name: 'zh-light', lang: 'zh', theme: 'light', width: 1440 },
  { name: 'en-dark', lang: 'en', theme: 'dark', width: 1440 },
  { name: 'zh-dark-390', lang: 'zh', theme: 'dark', width: 390 },
  { name: 'en-light-390', lang: 'en', theme: 'light', width: 390 },
]) {
  test(`uncertainty: both intervals and the ranked inputs, ${look.name}`, async () => {
    const tab = await openPage(`/?lang=${look.lang}&theme=${look.theme}&why=${FIGURE}`, { width: look.width, before: stated });
    const section = tab.locator('[data-test=uncertainty]');
    await section.waitFor();
    await settled(tab);
    assert.equal(await section.locator('dd.range').count(), 2);
    assert.deepEqual(await section.locator('.share').allTextContents(), ['150.5%', '\u221253.7%', '3.2%']);
    assert.match(await section.locator('dd.range').first().textContent(), /\u22125\.20.*\u22122\.87/);
    await section.scrollIntoViewIfNeeded();
    await shot(tab, `uncertainty-${look.name}`, false);
    await noSidewaysScroll(tab);
    assert.deepEqual(await lowContrast(tab), [], 'texts with too little contrast');
    await closePage(tab);
  });
}
