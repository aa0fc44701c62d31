// SPDX-License-Identifier: Apache-2.0
// The states between: loading, stale, empty, refused, unreachable. The server is real; only the reply
// in question is held back or replaced on its way.
import { api, assert, closePage, openPage, shot, test } from './kit.mjs';

const OVERVIEW = '**/api/v1/overview*';

test('states: a skeleton after 200 ms, not before', async () => {
  let release;
  const held = new Promise((done) => (release = done));
  const tab = await openPage('/?lang=en', {
    before: (page) => page.route(OVERVIEW, async (route) => {
      await held;
      await route.continue();
    }),
  });
  await tab.locator('.skeleton').waitFor();
  await shot(tab, 'state-loading-en', false);
  release();
  await tab.locator('h1').waitFor();
  assert.equal(await tab.locator('.skeleton').count(), 0);
  await closePage(tab);
});

test('states: a problem shows what failed, what to do, and tries again', async () => {
  const problem = {
    type: '/problems/busy', status: 503,
    title: 'The server is busy', title_zh: '服务器忙',
    detail: 'The books are being evaluated again after an import.', detail_zh: '导入之后正在重新计算。',
    remedy: 'Try again in a minute.', remedy_zh: '请一分钟后再试。',
  };
  let broken = true;
  const tab = await openPage('/?lang=zh', {
    expectErrors: true,
    before: (page) => page.route(OVERVIEW, (route) =>
      broken ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }) : route.continue(),
    ),
  });
  const box = tab.locator('.problem');
  await box.waitFor();
  const text = await box.innerText();
  for (const part of [problem.title_zh, problem.detail_zh, problem.remedy_zh, '503']) assert.ok(text.includes(part), part);
  await shot(tab, 'state-problem-zh', false);
  broken = false;
  await box.getByRole('button').click();
  await tab.locator('h1').waitFor();
  await closePage(tab);
});

test('states: the faults that the server names are listed', async () => {
  const tab = await openPage('/?lang=en&asof=1600-13-99', { expectErrors: true });
  await tab.locator('.problem').waitFor();
  assert.ok((await tab.locator('.problem').innerText()).includes('as_of'));
  await shot(tab, 'state-faults-en', false);
  await closePage(tab);
});

test('states: a server out of reach is said so, in words that help', async () => {
  const tab = await openPage('/regions?lang=en', {
    expectErrors: true,
    before: (page) => page.route('**/api/v1/regions*', (route) => route.abort()),
  });
  await tab.locator('.problem').waitFor();
  assert.ok((await tab.locator('.problem').innerText()).includes('cannot be reached'));
  await closePage(tab);
});

test('states: a place that cannot be judged says why', async () => {
  const overview = await api('/overview');
  const empty = { ...overview, year: null, years: [], figures: [], annual: [], path: [], mix: [], energy_intensity: null, notes: [] };
  const tab = await openPage('/?lang=zh', {
    before: (page) => page.route(OVERVIEW, (route) => route.fulfill({ json: empty })),
  });
  await tab.locator('.empty').waitFor();
  await shot(tab, 'state-empty-zh', false);
  await closePage(tab);
});

test('states: while a newer reply is on its way the old one stays, marked as stale', async () => {
  const overview = await api('/overview');
  let slow = false;
  const tab = await openPage('/?lang=en', {
    before: (page) => page.route(OVERVIEW, async (route) => {
      if (slow) await new Promise((done) => setTimeout(done, 900));
      await route.continue();
    }),
  });
  await tab.locator('h1').waitFor();
  slow = true;
  await tab.locator('[data-test=year]').selectOption(String(overview.years[0]));
  await tab.locator('.stale').waitFor();
  assert.equal((await tab.locator('h1').textContent()).trim(), overview.verdict.sentence_en);
  await tab.locator('.stale').waitFor({ state: 'detached' });
  await closePage(tab);
});

test('states: figures that are not known look so, and never like zero', async () => {
  const overview = await api('/overview');
  const [first, ...rest] = overview.figures;
  const gone = { ...first, figure: { ...first.figure, value: null, state: 'unknown', evidence: null }, change: null };
  const part = rest[0] ? [{ ...rest[0], figure: { ...rest[0].figure, value: null, state: 'incomplete', at_least: 12, unit: '10^4 tce' } }, ...rest.slice(1)] : [];
  const tab = await openPage('/?lang=en', {
    before: (page) => page.route(OVERVIEW, (route) => route.fulfill({ json: { ...overview, figures: [gone, ...part] } })),
  });
  await tab.locator('.number').first().waitFor();
  assert.equal((await tab.locator('.number').first().innerText()).trim(), '—');
  if (part.length > 0) assert.match(await tab.locator('.number').nth(1).innerText(), /^≥/);
  await closePage(tab);
});

test('states: an address that leads nowhere says so', async () => {
  const tab = await openPage('/nowhere?lang=en', { expectErrors: true });
  await tab.locator('.empty').waitFor();
  await tab.getByRole('link', { name: 'Go to the overview' }).click();
  await tab.locator('h1').waitFor();
  await closePage(tab);
});
