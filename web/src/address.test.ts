// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseAddress, writeAddress } from './address';

describe('address', () => {
  it('reads pages and regions from the path', () => {
    expect(parseAddress('/', '').page).toBe('overview');
    expect(parseAddress('/index.html', '').page).toBe('overview');
    expect(parseAddress('/regions', '').page).toBe('regions');
    expect(parseAddress('/regions/CN-33', '')).toMatchObject({ page: 'region', region: 'CN-33' });
    expect(parseAddress('/factors', '?q=coal').query).toEqual({ q: 'coal' });
  });
  it('says so when there is no such page', () => {
    expect(parseAddress('/warnings', '').page).toBe('unknown');
    expect(parseAddress('/regions/CN-33/more', '').page).toBe('unknown');
    expect(parseAddress('/factors/one', '').page).toBe('unknown');
  });
  it('ignores what it does not know', () => {
    expect(parseAddress('/', '?utm=1&lang=en').query).toEqual({ lang: 'en' });
  });
  it('writes what it reads', () => {
    for (const href of ['/', '/regions?year=2020&lang=en', '/regions/CN-33?asof=2026-08-31', '/factors?q=a+b']) {
      const [path = '', search = ''] = href.split('?');
      expect(writeAddress(parseAddress(path, search))).toBe(href);
    }
  });
});
