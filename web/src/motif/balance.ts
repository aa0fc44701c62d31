// SPDX-License-Identifier: Apache-2.0
// The geometry of the beam and two pans: left total, right intensity. Each arm tilts by itself,
// 15 degrees at most; a pan above the dashed line is lighter than allowed. Drawing only: `tilt`
// comes from the server (1 fully down, too heavy; -1 fully up; 0 level; absent when not known).
import type { Light, Pan } from '../api/client';

export interface PanState {
  light: Light;
  tilt: number | null;
  primary: boolean;
}

export interface Point {
  x: number;
  y: number;
}

const LARGEST_ANGLE = (15 * Math.PI) / 180;

export function panState(pan: Pan): PanState {
  const known = pan.tilt !== undefined && Number.isFinite(pan.tilt);
  return {
    light: pan.light,
    tilt: known ? Math.max(-1, Math.min(1, pan.tilt ?? 0)) : null,
    primary: pan.role === 'primary',
  };
}

/** End of an arm; side is -1 for the left one and 1 for the right one. */
export function armEnd(pivot: Point, length: number, side: -1 | 1, tilt: number | null): Point {
  const angle = (tilt ?? 0) * LARGEST_ANGLE;
  return { x: pivot.x + side * length * Math.cos(angle), y: pivot.y + length * Math.sin(angle) };
}

/** A dish of half-width w whose rim is at the origin. */
export function dishPath(w: number, depth: number): string {
  const low = depth;
  return `M${-w} 0h${2 * w}c-3 ${low * 0.72} ${-w * 0.55} ${low} ${-w} ${low}s${-(w - 3)} ${-low * 0.28} ${-w} ${-low}z`;
}
