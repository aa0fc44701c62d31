// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Figure } from '../api/client';
import { targetRuns } from './path';

function figure(value: number): Figure {
  return {
    figure: '', name: 'x', entity: 'CN', period: '', label_en: '', label_zh: '', value, unit: '1', state: 'known',
    origin: 'computed', at_least: null, have: 1, want: 1, evidence: 'seen', quality: null,
  };
}

it('starts the path of each plan from what was reached at its base year', () => {
  const row = (year: number, intensity: number | null, target: number | null) => ({
    year,
    intensity: intensity === null ? null : figure(intensity),
    target: target === null ? null : figure(target),
  });
  const runs = targetRuns([row(2019, 82, 85), row(2020, 81, 82), row(2021, 78, 77.8), row(2022, null, 74.8)]);
  expect(runs.map((run) => run.map((one) => [one.year, one.figure?.value]))).toEqual([
    [[2019, 85], [2020, 82]],
    [[2020, 81], [2021, 77.8], [2022, 74.8]],
  ]);
});
