// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { armEnd } from './balance';

describe('the beam', () => {
  const pivot = { x: 100, y: 40 };
  it('is level without a judgement', () => {
    expect(armEnd(pivot, 50, -1, null)).toEqual({ x: 50, y: 40 });
    expect(armEnd(pivot, 50, 1, 0)).toEqual({ x: 150, y: 40 });
  });
  it('sinks when too heavy and rises when lighter than required, by 15 degrees at most', () => {
    expect(armEnd(pivot, 50, 1, 1).y).toBeCloseTo(40 + 50 * 0.258819, 4);
    expect(armEnd(pivot, 50, -1, -1).y).toBeCloseTo(40 - 50 * 0.258819, 4);
  });
});
