// SPDX-License-Identifier: Apache-2.0
// A restatement as rows of a waterfall: where each begins and ends, and how far all of them reach. Only
// places on the screen are reckoned here; every number shown is the server's.
import type { Restatement } from '../api/client';

type Level = Restatement['from']['level'];

export interface Step {
  id: string;
  label_en: string;
  label_zh: string;
  /** The first and the last row are levels; the others are bars. */
  end: 'from' | 'to' | null;
  after: Level;
  difference: number | null;
  /** Null where a level has no number. */
  place: { from: number; to: number } | null;
}

function place(from: number | null, to: number | null): Step['place'] {
  return from === null || to === null ? null : { from, to };
}

export function stepsOf(data: Restatement): Step[] {
  const ends = { label_en: '', label_zh: '', difference: null };
  return [
    { id: 'from', ...ends, end: 'from', after: data.from.level, place: place(data.from.level.value, data.from.level.value) },
    ...data.bars.map((bar): Step => ({
      id: bar.causes.join('+'),
      label_en: bar.label_en,
      label_zh: bar.label_zh,
      end: null,
      after: bar.after,
      difference: bar.difference,
      place: place(bar.before.value, bar.after.value),
    })),
    { id: 'to', ...ends, end: 'to', after: data.to.level, place: place(data.to.level.value, data.to.level.value) },
  ];
}

/** From the least to the greatest level, with room on both sides; never empty. */
export function spanOf(steps: readonly Step[]): { low: number; high: number } {
  const all = steps.flatMap((step) => (step.place ? [step.place.from, step.place.to] : []));
  if (!all.length) return { low: 0, high: 1 };
  const low = Math.min(...all);
  const high = Math.max(...all);
  const room = high > low ? (high - low) * 0.06 : Math.max(1, Math.abs(high)) * 0.06;
  return { low: low - room, high: high + room };
}
