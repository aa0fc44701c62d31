// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Restatement } from '../api/client';
import { spanOf, stepsOf } from './restatement';

const level = (value: number | null): Restatement['from']['level'] => ({
  value, word: null, unit: '%', state: value === null ? 'unknown' : 'known', note: null,
});
const side = (value: number | null): Restatement['from'] => ({
  level: level(value), run: null, made: null, as_of: null, pack: 'cn 1', program: '0',
});
const restatement = (levels: (number | null)[]): Restatement => ({
  figure: 'CN/2020/cut', label_en: 'Cut', label_zh: '降低', unit: '%',
  from: side(levels[0] ?? null), to: side(levels[levels.length - 1] ?? null),
  difference: null, reported: null, order: ['activity', 'factor', 'rule'],
  bars: levels.slice(1).map((after, i) => ({
    causes: [(['activity', 'factor', 'rule'] as const)[i] ?? 'rule'], label_en: '', label_zh: '',
    before: level(levels[i] ?? null), after: level(after), difference: null, reverse: null, note: null, changes: [],
  })),
});

describe('the rows of a waterfall', () => {
  it('each bar begins where the one before ends', () => {
    const steps = stepsOf(restatement([10, 14, 9]));
    expect(steps.map((step) => step.place)).toEqual([
      { from: 10, to: 10 }, { from: 10, to: 14 }, { from: 14, to: 9 }, { from: 9, to: 9 },
    ]);
    expect(steps.map((step) => step.end)).toEqual(['from', null, null, 'to']);
  });
  it('an unknown level has no place', () => {
    const steps = stepsOf(restatement([10, null, 9]));
    expect(steps.map((step) => step.place === null)).toEqual([false, true, true, false]);
  });
  it('reaches over all levels, and is never empty', () => {
    const span = spanOf(stepsOf(restatement([10, 14, 9])));
    expect(span.low).toBeLessThan(9);
    expect(span.high).toBeGreaterThan(14);
    const flat = spanOf(stepsOf(restatement([5])));
    expect(flat.high).toBeGreaterThan(flat.low);
    expect(spanOf([])).toEqual({ low: 0, high: 1 });
  });
});
