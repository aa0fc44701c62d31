// SPDX-License-Identifier: Apache-2.0
// What the context bar and the search do: they change the address, and the address changes the page.
import { api, assert, closePage, openPage, settled, shot, test, until } from './kit.mjs';

test('context: a year chosen goes into the address and to the API', async () => {
  const overview = await api('/overview');
  const year = overview.years[Math.floor(overview.years.length / 2)];
  const asked = await api(`/overview?year=${year}`);
  const tab = await openPage('/?lang=en');
  await tab.locator('[data-test=year]').selectOption(String(year));
  await until(tab, (text) => document.querySelector('h1')?.textContent.trim() === text, asked.verdict.sentence_en);
  assert.equal(new URL(tab.url()).searchParams.get('year'), String(year));
  await tab.goBack();
  await until(tab, (text) => document.querySelector('h1')?.textContent.trim() === text, overview.verdict.sentence_en);
  await closePage(tab);
});

test('context: "known as of" is typed, asked for, shown and cleared', async () => {
  const about = await api('/about');
  const date = about.as_of.last.slice(0, 10);
  const tab = await openPage('/?lang=en');
  await tab.locator('h1').waitFor();
  const field = tab.locator('[data-test=as-of]');
  const [request] = await Promise.all([
    tab.waitForRequest((one) => one.url().includes('/overview') && one.url().includes(`as_of=${date}`)),
    field.fill(date).then(() => field.press('Enter')),
  ]);
  assert.ok(request);
  assert.equal(new URL(tab.url()).searchParams.get('asof'), date);
  await tab.locator('.page-foot', { hasText: date }).waitFor();
  await shot(tab, 'overview-as-of-en', false);
  await tab.getByRole('link', { name: 'Regions' }).first().click();
  await tab.locator('h1').waitFor();
  assert.equal(new URL(tab.url()).searchParams.get('asof'), date, 'kept from page to page');
  await tab.locator('[data-test=as-of-clear]').click();
  assert.equal(new URL(tab.url()).searchParams.get('asof'), null);
  await closePage(tab);
});

test('context: a date that is none is refused beside the field', async () => {
  const tab = await openPage('/?lang=en');
  await tab.locator('h1').waitFor();
  const field = tab.locator('[data-test=as-of]');
  await field.fill('2026-13-41');
  await field.press('Enter');
  await tab.getByRole('alert').waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.equal(new URL(tab.url()).searchParams.get('asof'), null);
  await closePage(tab);
});

for (const { lang, word, width } of [
  { lang: 'zh', word: '浙江', width: 1440 },
  { lang: 'en', word: 'Zhejiang', width: 390 },
]) {
  test(`context: "/" searches, arrows choose, Enter goes (${lang}, ${width})`, async () => {
    const tab = await openPage(`/?lang=${lang}`, { width });
    await tab.locator('h1').waitFor();
    await tab.keyboard.press('/');
    await tab.keyboard.type(word);
    const options = tab.locator('.search [role=option]');
    await options.first().waitFor();
    await shot(tab, `search-${lang}-${width}`, false);
    const kinds = await options.allInnerTexts();
    assert.ok(kinds.some((text) => text.includes(word)), kinds.join('; '));
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('ArrowUp');
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/regions\/ZJ/);
    await tab.locator('h1').waitFor();
    await closePage(tab);
  });
}

test('context: a search without a match says so', async () => {
  const tab = await openPage('/?lang=en');
  await tab.locator('h1').waitFor();
  await tab.locator('[data-test=search]').fill('zzzzqqq');
  await tab.locator('.search .no-hits').waitFor();
  await tab.keyboard.press('Escape');
  await closePage(tab);
});

test('context: links of the navigation are addresses that open by themselves', async () => {
  const tab = await openPage('/?lang=en');
  await tab.locator('h1').waitFor();
  const links = await tab.locator('.nav a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  assert.deepEqual(links.map((href) => href.split('?')[0]), ['/', '/regions', '/factors']);
  for (const href of links) {
    await tab.goto(new URL(href, tab.url()).href);
    await tab.locator('h1').waitFor();
  }
  await settled(tab);
  await closePage(tab);
});

test('context: the keyboard reaches the content past the navigation', async () => {
  const tab = await openPage('/?lang=en');
  await tab.locator('h1').waitFor();
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.textContent.trim()), 'Skip to content');
  const outline = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
  assert.equal(outline, '2px');
  await tab.keyboard.press('Enter');
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'content');
  await closePage(tab);
});
