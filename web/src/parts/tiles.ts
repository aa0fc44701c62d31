// SPDX-License-Identifier: Apache-2.0
// Where the 34 provinces stand in the tile map: equal squares, no boundaries. Code: [column, row].
export const TILE_COLUMNS = 7;
export const TILE_ROWS = 8;

export const TILES: Readonly<Record<string, readonly [column: number, row: number]>> = {
  HL: [6, 0],
  NM: [3, 1], JL: [6, 1],
  XJ: [0, 2], GS: [1, 2], NX: [2, 2], SX: [3, 2], BJ: [4, 2], TJ: [5, 2], LN: [6, 2],
  QH: [1, 3], SN: [2, 3], HA: [3, 3], HE: [4, 3], SD: [5, 3],
  XZ: [0, 4], SC: [1, 4], CQ: [2, 4], HB: [3, 4], AH: [4, 4], JS: [5, 4], SH: [6, 4],
  YN: [1, 5], GZ: [2, 5], HN: [3, 5], JX: [4, 5], ZJ: [5, 5],
  GX: [2, 6], GD: [3, 6], FJ: [4, 6], TW: [5, 6],
  HI: [2, 7], MO: [3, 7], HK: [4, 7],
};

/**
 * The shade of a region, 1 to 5, by its rank among those with a figure: equal numbers in each shade,
 * equal values in the same one. Rank 1 is the largest and gets the strongest shade.
 */
export function shadeOf(rank: number | null, known: number): number | null {
  if (rank === null || known === 0) return null;
  return 5 - Math.min(4, Math.floor(((rank - 1) * 5) / known));
}
