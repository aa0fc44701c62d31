// SPDX-License-Identifier: Apache-2.0
// Regions: 34 squares, a ranking that sorts, an indicator and a year to choose, a page for each region.
import { api, assert, closePage, openPage, settled, test, until } from './kit.mjs';

/** Labels as the page writes them. */
const written = (label) => label.replace(/\bCO2\b/g, 'CO\u2082');
const columnText = (tab, n) => tab.locator(`.table tbody td:nth-child(${n})`).allInnerTexts();

test('regions: all 34 squares, hatched where there is no figure', async () => {
  const reply = await api('/regions');
  const tab = await openPage('/regions?lang=zh');
  await tab.locator('.tile').first().waitFor();
  assert.equal(await tab.locator('.tile').count(), 34);
  assert.equal(await tab.locator('.tile.none').count(), reply.rows.filter((row) => row.rank === null).length);
  assert.equal(await tab.locator('.table tbody tr').count(), reply.rows.length);
  const clipped = await tab.locator('.tile .name').evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().width > one.parentElement.clientWidth).map((one) => one.textContent),
  );
  assert.deepEqual(clipped, [], 'names that do not fit their square');
  await closePage(tab);
});

test('regions: the ranking sorts by rank, value and name; the unknown stay last', async () => {
  const reply = await api('/regions');
  const tab = await openPage('/regions?lang=en');
  await tab.locator('.table tbody tr').first().waitFor();
  const known = reply.rows.filter((row) => row.rank !== null);
  const first = async () => (await columnText(tab, 1))[0].trim();
  const ranks = async () => (await columnText(tab, 2)).map((text) => text.trim());

  assert.equal((await ranks())[0], '1');
  await tab.locator('[data-test=sort-value]').click();
  assert.equal((await ranks())[0], '1', 'values start with the largest');
  await tab.locator('[data-test=sort-value]').click();
  const smallest = [...known].sort((a, b) => a.figure.value - b.figure.value)[0];
  assert.equal(await first(), smallest.entity.name_en);
  assert.equal(await tab.locator('th', { has: tab.locator('[data-test=sort-value]') }).getAttribute('aria-sort'), 'ascending');
  const tail = (await ranks()).slice(known.length);
  assert.ok(tail.every((text) => text === ''), 'regions without a figure are last');
  await tab.locator('[data-test=sort-name]').click();
  const names = (await columnText(tab, 1)).map((text) => text.trim());
  assert.deepEqual(names, [...names].sort(new Intl.Collator('en').compare));
  assert.equal(new URL(tab.url()).searchParams.get('sort'), 'name', 'the order is in the address');
  await closePage(tab);
});

test('regions: every indicator and its years can be chosen', async () => {
  const reply = await api('/regions');
  const tab = await openPage('/regions?lang=en');
  await tab.locator('[data-test=indicator]').waitFor();
  for (const indicator of reply.indicators) {
    const wanted = await api(`/regions?indicator=${indicator.name}`);
    await tab.locator('[data-test=indicator]').selectOption(indicator.name);
    await until(tab, (text) => document.querySelector('h1')?.textContent.includes(text), written(indicator.label_en));
    await settled(tab);
    assert.equal(await tab.locator('.tile:not(.none)').count(), wanted.known, indicator.name);
    assert.equal(await tab.locator('[data-test=year] option').count(), indicator.years.length, indicator.name);
  }
  const last = reply.indicators[0];
  const year = last.years[0];
  const wanted = await api(`/regions?indicator=${last.name}&year=${year}`);
  await tab.locator('[data-test=indicator]').selectOption(last.name);
  await until(tab, (text) => document.querySelector('h1')?.textContent.includes(text), written(last.label_en));
  await tab.locator('[data-test=year]').selectOption(String(year));
  await until(tab, (text) => document.querySelector('h1')?.textContent.includes(text), String(year));
  assert.equal(await tab.locator('.tile:not(.none)').count(), wanted.known);
  await closePage(tab);
});

test('regions: a square leads to its region, and back', async () => {
  const tab = await openPage('/regions?lang=en');
  await tab.locator('.tile').first().waitFor();
  await tab.locator('.tile[href*="/regions/ZJ"]').click();
  await tab.waitForURL(/\/regions\/ZJ/);
  await tab.locator('h1', { hasText: 'Zhejiang' }).waitFor();
  await settled(tab);
  await tab.goBack();
  await tab.locator('.tile').first().waitFor();
  await closePage(tab);
});

test('region: every region opens, with its indicators or with the reason why not', async () => {
  const { rows } = await api('/regions');
  const tab = await openPage('/regions/BJ?lang=zh');
  for (const code of rows.map((row) => row.entity.code)) {
    const wanted = await api(`/regions/${code}`);
    await tab.goto(new URL(`/regions/${code}?lang=zh`, tab.url()).href);
    if (wanted.indicators.length === 0) {
      await tab.locator('.empty').waitFor();
    } else {
      await tab.locator('h1').waitFor();
      const listed = tab.locator('.row').nth(1).locator('.card').first().locator('tbody tr');
      assert.equal(await listed.count(), wanted.indicators.length, code);
    }
  }
  await closePage(tab);
});
