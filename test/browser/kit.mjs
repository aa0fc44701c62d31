// SPDX-License-Identifier: Apache-2.0
// The tools of the browser tests: a page that fails on any console error, questions to the API beside
// it, and measures of the page itself (contrast, sideways scroll, size of targets).
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const URL_BASE = process.env.HENG_URL;
export const SHOTS = process.env.HENG_SHOTS ?? fileURLToPath(new URL('../../build/shots/', import.meta.url));

const ARGS = [
  '--no-sandbox', '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

let browser;

export async function startBrowser() {
  mkdirSync(SHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

export async function stopBrowser() {
  await browser?.close();
}

export const tests = [];

/** Registers a test; it gets `open`, which opens a page at an address of the application. */
export function test(name, body) {
  tests.push({ name, body });
}

/**
 * Opens a page. `expectErrors` allows console errors (a refused request is one, to the browser).
 * `still` is the usual: with motion reduced, pictures are the same each time.
 */
export async function openPage(path, options = {}) {
  const { width = 1440, height = 900, locale = 'zh-CN', colorScheme = 'light', still = true, expectErrors = false, before } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale,
    colorScheme,
    reducedMotion: still ? 'reduce' : 'no-preference',
    acceptDownloads: true,
    hasTouch: width < 760,
  });
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.checkErrors = () => {
    if (!expectErrors) assert.deepEqual(errors, [], 'console errors');
  };
  if (before) await before(page);
  await page.goto(URL_BASE + path);
  return page;
}

export async function closePage(page) {
  page.checkErrors();
  await page.context().close();
}

export async function api(path) {
  const response = await fetch(`${URL_BASE}/api/v1${path}`);
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

/**
 * Asks again and again until the answer is yes. Not page.waitForFunction, which the content policy of
 * the pages forbids (it would evaluate text as code inside them).
 */
export async function until(page, question, argument, patience = 10000) {
  const end = Date.now() + patience;
  while (!(await page.evaluate(question, argument))) {
    assert.ok(Date.now() < end, `waited ${patience} ms in vain: ${question}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Waits until the charts are drawn and no request is on its way. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await until(page, () => [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('svg')));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

export async function shot(page, name, fullPage = true) {
  // The bar at the bottom of a phone would stand in the middle of a picture of the whole page.
  const bar = (display) => page.evaluate((value) => (document.querySelector('.bottom').style.display = value), display);
  if (fullPage) await bar('none');
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage });
  if (fullPage) await bar('');
}

export async function noSidewaysScroll(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `the page is ${over} px too wide`);
}

/** Texts below WCAG AA: 4.5 to 1, or 3 to 1 from 24 px (18.66 px when bold). */
export async function lowContrast(page) {
  return page.evaluate(() => {
    const parse = (text) => {
      const numbers = text.match(/[\d.]+/g)?.map(Number) ?? [];
      if (text.startsWith('color(srgb')) return [numbers[0] * 255, numbers[1] * 255, numbers[2] * 255, numbers[3] ?? 1];
      return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0, numbers[3] ?? 1];
    };
    const light = ([r, g, b]) => {
      const part = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const over = (top, below) => top.slice(0, 3).map((v, i) => v * top[3] + below[i] * (1 - top[3]));
    const ground = (element) => {
      const layers = [];
      for (let one = element; one; one = one.parentElement) {
        const colour = parse(getComputedStyle(one).backgroundColor);
        if (colour[3] > 0) layers.push(colour);
        if (colour[3] === 1) break;
      }
      return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const bad = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || element.closest('svg, script, style, noscript, option, .visually-hidden, .skip')) continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      if (style.visibility === 'hidden' || box.width === 0 || box.height === 0) continue;
      const below = ground(element);
      const text = over(parse(style.color), below);
      const [a, b] = [light(text), light(below)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) bad.push(`${walker.currentNode.textContent.trim().slice(0, 24)}: ${ratio.toFixed(2)}`);
    }
    return bad;
  });
}

/** Buttons, links in navigation and fields that are smaller than they should be. */
export async function smallTargets(page, least) {
  return page.evaluate((size) => {
    const bad = [];
    for (const one of document.querySelectorAll('button, select, input:not([type=date]), nav a, .tile')) {
      const box = one.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || one.closest('[aria-hidden=true]')) continue;
      if (getComputedStyle(one).visibility === 'hidden') continue;
      const pill = one.closest('.pill')?.getBoundingClientRect();
      const height = Math.max(box.height, pill?.height ?? 0);
      if (height < size || box.width < 24) bad.push(`${one.ariaLabel ?? one.textContent.trim().slice(0, 20)}: ${Math.round(box.width)}x${Math.round(height)}`);
    }
    return bad;
  }, least);
}

export { assert };
