// SPDX-License-Identifier: Apache-2.0
// Factors: searched, filtered, their versions side by side.
import { api, assert, closePage, openPage, shot, test, until } from './kit.mjs';

const rowsOf = (tab) => tab.locator('.table > tbody > tr:not(.versions)');

async function waitForRows(tab, n) {
  await until(tab, (count) => document.querySelectorAll('.table > tbody > tr:not(.versions)').length === count, n);
}

test('factors: words, table, evidence and year filter; all stand in the address', async () => {
  const tab = await openPage('/factors?lang=en');
  await rowsOf(tab).first().waitFor();
  const { tables } = await api('/factors/tables');

  const words = await api('/factors?q=coal&limit=60');
  await tab.locator('[data-test=factor-search]').fill('coal');
  // As many rows may have stood there before.
  await tab.waitForURL((address) => address.searchParams.get('q') === 'coal');
  await waitForRows(tab, words.items.length);

  await tab.getByRole('button', { name: 'Clear the conditions' }).first().click();
  const table = tables.find((one) => one.cells > 3 && one.cells < 80);
  await tab.locator('[data-test=factor-table]').selectOption(table.qualified);
  await waitForRows(tab, (await api(`/factors?table=${table.qualified}&limit=60`)).items.length);

  await tab.getByRole('button', { name: 'Clear the conditions' }).first().click();
  const recalled = await api('/factors?status=recalled&limit=60');
  await tab.locator('[data-test=factor-status]').selectOption('recalled');
  await waitForRows(tab, recalled.items.length);
  await tab.reload();
  await waitForRows(tab, recalled.items.length);
  await closePage(tab);
});

test('factors: versions open side by side, with source and validity', async () => {
  const all = await api('/factors?limit=1000');
  const many = all.items.find((item) => item.versions.length > 1);
  assert.ok(many, 'a factor with several versions');
  const tab = await openPage(`/factors?lang=zh&table=${many.qualified}`);
  await rowsOf(tab).first().waitFor();
  const index = (await api(`/factors?table=${many.qualified}&limit=60`)).items.findIndex((item) => item.cell === many.cell);
  await rowsOf(tab).nth(index).locator('[data-test=versions]').click();
  await tab.locator('.versions dl').first().waitFor();
  assert.equal(await tab.locator('.versions dl').count(), many.versions.length);
  for (const version of many.versions) {
    assert.ok((await tab.locator('.versions').first().innerText()).includes(version.text), version.text);
  }
  assert.equal(new URL(tab.url()).searchParams.get('factor'), many.cell);
  await shot(tab, 'factor-versions-zh', false);
  await closePage(tab);
});

test('factors: nothing found says what to do', async () => {
  const tab = await openPage('/factors?lang=en&q=zzzzqqq');
  await tab.locator('.empty').waitFor();
  await tab.locator('.empty button').click();
  await rowsOf(tab).first().waitFor();
  await closePage(tab);
});
