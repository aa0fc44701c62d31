// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { chooseScale, columnDecimals, formatMark, formatNumber, formatPeriod, formatRange, quantityText, unitText } from './format';

describe('numbers', () => {
  it('writes minus as U+2212 and never as a hyphen', () => {
    expect(formatNumber(-5, { decimals: 1 })).toBe('−5.0');
  });
  it('gives a change its sign, and zero none', () => {
    expect(formatNumber(3.46, { decimals: 1, signed: true })).toBe('+3.5');
    expect(formatNumber(0, { decimals: 1, signed: true })).toBe('0.0');
    expect(formatNumber(-0.001, { decimals: 1, signed: true })).toBe('0.0');
  });
  it('keeps missing apart from zero', () => {
    expect(formatNumber(null)).toBe('—');
    expect(formatNumber(undefined)).toBe('—');
    expect(formatNumber(Number.NaN)).toBe('—');
    expect(formatNumber(0)).toBe('0');
  });
  it('groups thousands', () => {
    expect(formatNumber(5423684)).toBe('5,423,684');
  });
  it('shows three or four significant digits', () => {
    expect(formatNumber(61.7)).toBe('61.7');
    expect(formatNumber(9.816)).toBe('9.82');
    expect(formatNumber(0.5306)).toBe('0.5306');
  });
});

describe('magnitudes', () => {
  it('uses 万 and 亿 in Chinese, k, M and G in English', () => {
    expect(quantityText(617000, '10^4 tce', 'zh')).toBe('61.7\u2060\u2009\u2060亿\u00a0tce');
    expect(quantityText(617000, '10^4 tce', 'en')).toBe('6.17\u2060\u2009\u2060Gtce');
    expect(quantityText(158.8696, 'Mt CO2', 'zh')).toBe('1.59\u2060\u2009\u2060亿\u00a0tCO₂');
    expect(quantityText(158.8696, 'Mt CO2', 'en')).toBe('158.9\u2060\u2009\u2060MtCO₂');
    expect(quantityText(2050, '10^4 t CO2', 'zh')).toBe('2,050\u2060\u2009\u2060万\u00a0tCO₂');
    expect(quantityText(2050, '10^4 t CO2', 'en')).toBe('20.5\u2060\u2009\u2060MtCO₂');
  });
  it('never writes "10 kt" or "100 Mt" as a unit in English', () => {
    for (const value of [1, 12, 2050, 617000]) {
      expect(quantityText(value, '10^4 t CO2', 'en')).not.toMatch(/10.?[kM]t|⁴/);
    }
  });
  it('writes a unit alone exactly', () => {
    expect(unitText('10^4 t CO2', 'zh')).toBe('万\u00a0tCO₂');
    expect(unitText('10^4 t CO2', 'en')).toBe('10⁴\u00a0tCO₂');
    expect(unitText('Mt CO2', 'en')).toBe('MtCO₂');
    expect(unitText('10^8 CNY', 'zh')).toBe('亿元');
    expect(unitText('t CO2', 'en')).toBe('tCO₂');
  });
  it('keeps one magnitude for a column', () => {
    const scale = chooseScale([5900, 420, null], '10^4 t CO2', 'en');
    expect(quantityText(420, '10^4 t CO2', 'en', { scale })).toBe('4.20\u2060\u2009\u2060MtCO₂');
  });
  it('keeps one number of decimals for a column', () => {
    const scale = { factor: 1, unit: '' };
    expect(columnDecimals([8.358, 0.422, null], scale)).toBe(3);
    expect(columnDecimals([254.4, 21.6], scale)).toBe(1);
    expect(columnDecimals([0.5306], scale)).toBe(4);
    expect(columnDecimals([5900, 420], scale)).toBe(0);
    expect(columnDecimals([null], scale)).toBeUndefined();
  });
  it('writes marks of an axis with the decimals they need', () => {
    expect([0, 0.5, 1.25, 3.5000000000000004, -2].map(formatMark)).toEqual(['0', '0.5', '1.25', '3.5', '−2']);
  });
  it('leaves ratios and shares alone', () => {
    expect(unitText('kg CO2/kWh', 'en')).toBe('kgCO₂/kWh');
    expect(unitText('t CO2/10^4 CNY_2015', 'zh')).toBe('tCO₂/万元（2015 年价）');
    expect(unitText('t CO2/10^4 CNY_2015', 'en')).toBe('tCO₂/10⁴ CNY (2015 prices)');
    expect(quantityText(0.5306, 'kg CO2/kWh', 'zh', { decimals: 4 })).toBe('0.5306\u2060\u2009\u2060kgCO₂/kWh');
  });
  it('keeps a power of ten that stands in the unit', () => {
    expect(quantityText(5850, '10^4 person', 'zh')).toBe('5,850\u2060\u2009\u2060万人');
    expect(quantityText(5850, '10^4 person', 'en')).toBe('58.5\u2060\u2009\u2060M\u00a0person');
    expect(unitText('t CO2/person', 'zh')).toBe('tCO₂/人');
    expect(unitText('tce/unit(energy_item)', 'en')).toBe('tce/unit');
  });
  it('names the price year of money', () => {
    expect(quantityText(1349084, '10^8 CNY', 'zh')).toBe('134.9\u2060\u2009\u2060万亿元');
    expect(quantityText(1349084, '10^8 CNY', 'en')).toBe('134.9\u2060\u2009\u2060trn\u00a0CNY');
    expect(unitText('10^8 CNY_2020', 'zh')).toContain('2020 年价');
  });
});

describe('shares and points', () => {
  it('has no space before %, and words for points', () => {
    expect(quantityText(-5, '%', 'zh')).toBe('−5.0%');
    expect(quantityText(-3.9612, '%', 'zh')).toBe('−3.96%');
    expect(quantityText(51.4, '%', 'en')).toBe('51.4%');
    expect(quantityText(0.04, '%', 'en')).toBe('0.04%');
    expect(quantityText(1.3, 'pp', 'zh')).toBe('1.3\u00a0个百分点');
    expect(quantityText(1.3, 'pp', 'en')).toBe('1.3\u00a0pp');
  });
});

describe('periods', () => {
  it('writes them as people do', () => {
    expect(formatPeriod('2025', 'zh')).toBe('2025 年');
    expect(formatPeriod('2025', 'en')).toBe('2025');
    expect(formatPeriod('2026-07', 'zh')).toBe('2026 年 7 月');
    expect(formatPeriod('2026-07', 'en')).toBe('Jul 2026');
    expect(formatPeriod('2021-H1', 'zh')).toBe('2021 年上半年');
    expect(formatPeriod('2026-Q2', 'en')).toBe('Q2 2026');
    expect(formatRange('2016', '2020', 'zh')).toBe('2016–2020 年');
    expect(formatRange('2016', '2020', 'en')).toBe('2016–2020');
    expect(formatRange('2023', '2023', 'zh')).toBe('2023 年');
  });
});
