// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Figure } from './api/client';
import { figureText, markOf, nameOf, writeFigure } from './figure';

const known: Figure = {
  figure: 'CN/2025/annual_change',
  name: 'annual_change',
  entity: 'CN',
  period: '2025',
  label_en: 'Change on the year before',
  label_zh: '比上年变化',
  value: -3.96,
  unit: '%',
  state: 'known',
  origin: 'computed',
  at_least: null,
  have: 9,
  want: 9,
  evidence: 'recalled high',
  quality: { measured: 0, reported: 0.9, defaulted: 0.1, estimated: 0 },
};

describe('a figure', () => {
  it('is written with its unit', () => {
    expect(figureText(known, 'zh', { decimals: 2 })).toBe('−3.96%');
  });
  it('says "at least" when only a part is known, and looks partial', () => {
    const part: Figure = { ...known, value: null, state: 'incomplete', at_least: 2050, unit: '10^4 t CO2' };
    expect(writeFigure(part, 'zh')).toEqual({ number: '≥ 2,050', unit: '万\u00a0tCO₂', partial: true });
  });
  it('is a dash when unknown, blank when no rule applies, never zero', () => {
    expect(figureText({ ...known, value: null, state: 'unknown' }, 'en')).toBe('—');
    expect(figureText({ ...known, value: null, state: 'incomplete' }, 'en')).toBe('incomplete');
    expect(figureText({ ...known, value: null, state: 'not_in_force' }, 'en')).toBe('');
    expect(figureText(null, 'en')).toBe('—');
    expect(figureText({ ...known, value: 0 }, 'en')).toBe('0.0%');
  });
  it('may be a word', () => {
    const word: Figure = { ...known, value: null, unit: '', word: 'green', word_en: 'green', word_zh: '绿' };
    expect(figureText(word, 'zh')).toBe('绿');
  });
});

describe('names of places', () => {
  const named = (name_zh: string): string => nameOf({ code: 'X', name_en: 'X', name_zh }, 'zh');
  it('are short in Chinese', () => {
    expect(named('内蒙古自治区')).toBe('内蒙古');
    expect(named('新疆维吾尔自治区')).toBe('新疆');
    expect(named('广西壮族自治区')).toBe('广西');
    expect(named('香港特别行政区')).toBe('香港');
    expect(named('黑龙江省')).toBe('黑龙江');
    expect(named('北京市')).toBe('北京');
    expect(named('中国')).toBe('中国');
  });
  it('fall back to the other language, then to the code', () => {
    expect(nameOf({ code: 'X', name_en: '', name_zh: '甲' }, 'en')).toBe('甲');
    expect(nameOf({ code: 'X', name_en: '', name_zh: '' }, 'zh')).toBe('X');
  });
});

describe('marks', () => {
  it('never lets a computed figure hide a recalled input', () => {
    expect(markOf('recalled high', 'computed')).toBe('computed_recalled');
    expect(markOf('seen', 'computed')).toBe('computed');
    expect(markOf('recalled low', 'recorded')).toBe('recalled');
    expect(markOf('draft', 'recorded')).toBe('seen');
    expect(markOf('verified', 'recorded')).toBe('verified');
    expect(markOf(null, 'computed')).toBeNull();
  });
});
