// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { shadeOf, TILE_COLUMNS, TILE_ROWS, TILES } from './tiles';

describe('the tile map', () => {
  it('holds all 34 provinces, each in a square of its own', () => {
    const places = Object.values(TILES).map(([column, row]) => `${column}/${row}`);
    expect(places).toHaveLength(34);
    expect(new Set(places).size).toBe(34);
    for (const [column, row] of Object.values(TILES)) {
      expect(column < TILE_COLUMNS && row < TILE_ROWS).toBe(true);
    }
  });
  it('gives the largest the strongest shade, the smallest the weakest, the unknown none', () => {
    expect(shadeOf(1, 30)).toBe(5);
    expect(shadeOf(30, 30)).toBe(1);
    expect(shadeOf(1, 1)).toBe(5);
    expect(shadeOf(null, 30)).toBeNull();
    const counts = Array.from({ length: 30 }, (_, i) => shadeOf(i + 1, 30));
    for (const shade of [1, 2, 3, 4, 5]) expect(counts.filter((one) => one === shade)).toHaveLength(6);
  });
});
