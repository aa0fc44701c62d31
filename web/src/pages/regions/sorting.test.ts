// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Regions } from '../../api/client';
import { parseSort, sortRows, writeSort } from './sorting';

type Row = Regions['rows'][number];

function row(code: string, name: string, value: number | null, rank: number | null): Row {
  return {
    entity: { code, kind: 'place', level: 'province', name_en: code, name_zh: name, standard_code: '', parent: 'CN' },
    figure: {
      figure: `${code}/2020/x`, name: 'x', entity: code, period: '2020', label_en: 'x', label_zh: 'x', value, unit: '%',
      state: value === null ? 'unknown' : 'known', origin: 'recorded', at_least: null, have: 1, want: 1, evidence: null, quality: null,
    },
    rank,
    series: [],
  };
}

const rows = [row('ZJ', '浙江', 2, 2), row('XZ', '西藏', null, null), row('BJ', '北京', 5, 1), row('AH', '安徽', -1, 3)];
const order = (sort: string | undefined, language: 'zh' | 'en' = 'en'): string =>
  sortRows(rows, parseSort(sort), language).map((one) => one.entity.code).join(' ');

describe('the ranking', () => {
  it('starts with the largest value', () => expect(order(undefined)).toBe('BJ ZJ AH XZ'));
  it('keeps regions without a figure at the end both ways', () => {
    expect(order('value')).toBe('AH ZJ BJ XZ');
    expect(order('-value')).toBe('BJ ZJ AH XZ');
    expect(order('-rank')).toBe('AH ZJ BJ XZ');
  });
  it('sorts Chinese names by pinyin', () => expect(order('name', 'zh')).toBe('AH BJ XZ ZJ'));
  it('turns round on a second click', () => {
    expect(writeSort('value', parseSort(undefined))).toBe('-value');
    expect(writeSort('value', parseSort('-value'))).toBe('value');
    expect(writeSort('name', parseSort('-value'))).toBe('name');
  });
  it('falls back when the address is nonsense', () => expect(order('colour')).toBe('BJ ZJ AH XZ'));
});
