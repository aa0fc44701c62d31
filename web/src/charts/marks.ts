// SPDX-License-Identifier: Apache-2.0
// Marks that no ready-made series draws: a brass rule over a run of years, and the hatch that stands
// where a year is not known. Both are custom series on a category axis of years.
import type { CustomSeriesOption } from 'echarts/charts';
import type { Tokens } from './tokens';

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>;

export interface RequiredRule {
  /** First and last category of the run, as indices. */
  from: number;
  to: number;
  value: number;
  label: string;
  /** The category over which the label stands: where the bars leave room. */
  labelAt: number;
}

/** A rule from the left edge of the first year to the right edge of the last, its value above. */
export function ruleSeries(rules: readonly RequiredRule[], tokens: Tokens): CustomSeriesOption {
  const renderItem: RenderItem = (params, api) => {
    const rule = rules[params.dataIndex];
    if (!rule) return undefined;
    const [left = 0, y = 0] = api.coord([rule.from, rule.value]);
    const [right = 0] = api.coord([rule.to, rule.value]);
    const size = api.size?.([1, 0]);
    const half = (Array.isArray(size) ? (size[0] ?? 0) : (size ?? 0)) / 2 - 2;
    return {
      type: 'group',
      silent: true,
      children: [
        {
          type: 'line',
          shape: { x1: left - half, y1: y, x2: right + half, y2: y },
          style: { stroke: tokens.brass, lineWidth: 2 },
        },
        {
          type: 'text',
          x: api.coord([rule.labelAt, rule.value])[0] ?? left,
          y: y - 5,
          style: {
            text: rule.label,
            fill: tokens.brass,
            font: `600 11.5px ${tokens.font}`,
            align: 'center',
            verticalAlign: 'bottom',
            stroke: tokens.surface,
            lineWidth: 3,
          },
        },
      ],
    };
  };
  return {
    type: 'custom',
    renderItem,
    data: rules.map((rule) => [rule.from, rule.value]),
    encode: { x: 0, y: 1 },
    silent: true,
    z: 4,
    clip: false,
  };
}

/** A hatched column over the whole height for each of the given years. */
export function hatchSeries(indices: readonly number[], tokens: Tokens): CustomSeriesOption {
  const renderItem: RenderItem = (params, api) => {
    const index = indices[params.dataIndex];
    if (index === undefined) return undefined;
    const area = params.coordSys as unknown as { y: number; height: number };
    const [middle = 0] = api.coord([index, 0]);
    const size = api.size?.([1, 0]);
    const width = Array.isArray(size) ? (size[0] ?? 0) : (size ?? 0);
    const x = middle - width / 2;
    const lines: { type: 'line'; shape: object; style: object }[] = [];
    for (let at = -area.height; at < width; at += 6) {
      lines.push({
        type: 'line',
        shape: { x1: x + at, y1: area.y + area.height, x2: x + at + area.height, y2: area.y },
        style: { stroke: tokens['line-2'], lineWidth: 1, opacity: 0.8 },
      });
    }
    return {
      type: 'group',
      silent: true,
      clipPath: { type: 'rect', shape: { x, y: area.y, width, height: area.height } },
      children: [
        { type: 'rect', shape: { x, y: area.y, width, height: area.height }, style: { fill: tokens.sunk } },
        ...lines,
      ],
    };
  };
  return { type: 'custom', renderItem, data: indices.map((i) => [i, 0]), encode: { x: 0, y: 1 }, silent: true, z: 1 };
}
