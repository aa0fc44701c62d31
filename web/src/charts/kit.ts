// SPDX-License-Identifier: Apache-2.0
// What all charts share: axes, grid lines, tooltips, and how a series of figures becomes points.
// At most five grid lines, no double axes, direct labels; a missing value is a gap, never a zero.
import type { BarSeriesOption, CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { Figure, Light } from '../api/client';
import type { Tokens } from './tokens';

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | CustomSeriesOption
  | LineSeriesOption
  | ScatterSeriesOption
  | GridComponentOption
  | TooltipComponentOption
>;

/** A chart is a function of the colours and of the width it gets. */
export type ChartBuilder = (tokens: Tokens, width: number) => ChartOption;

/** A point that can be clicked carries the address of its figure. */
export interface Datum {
  value: [string | number, number | null];
  figure?: string;
}

export const NARROW = 430;

export function valueAxis(tokens: Tokens, format: (value: number) => string) {
  return {
    type: 'value' as const,
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: tokens['ink-3'], fontSize: 11.5, formatter: (value: number) => format(value) },
    splitLine: { lineStyle: { color: tokens.grid } },
  };
}

export function yearAxis(tokens: Tokens, names: readonly (number | string)[], every: (year: number) => boolean) {
  return {
    type: 'category' as const,
    data: names.map(String),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: tokens['line-2'] } },
    axisLabel: {
      color: tokens['ink-3'],
      fontSize: 11.5,
      formatter: slotName,
      interval: (_: number, text: string) => text.startsWith(BREAK) || every(Number(text)),
    },
  };
}

/** A place on the axis of years: a row, or the break mark where years are missing. */
export interface Slot<Row> {
  row: Row | null;
  name: string;
}

export const BREAK = '//';

export function withBreaks<Row extends { year: number }>(rows: readonly Row[]): Slot<Row>[] {
  return rows.flatMap((row, i) => {
    const before = rows[i - 1];
    const slot: Slot<Row> = { row, name: String(row.year) };
    return before && row.year - before.year > 1 ? [{ row: null, name: `${BREAK}${i}` }, slot] : [slot];
  });
}

export function slotName(name: string): string {
  return name.startsWith(BREAK) ? BREAK : name;
}

/** Labels every year when there is room, else the five-year marks and the ends. */
export function labelYears(years: readonly number[], width: number): (year: number) => boolean {
  const roomy = years.length * 42 < width;
  const first = years[0];
  const last = years[years.length - 1] ?? 0;
  const apart = (a: number, b: number): boolean => (Math.abs(a - b) * width) / years.length > 44;
  return (year) =>
    roomy || year === first || year === last || (year % 5 === 0 && apart(year, last) && apart(year, first ?? 0));
}

export function tooltip(tokens: Tokens, html: (index: number) => string): TooltipComponentOption {
  return {
    trigger: 'axis',
    axisPointer: { type: 'line', lineStyle: { color: tokens['line-2'], type: 'dashed' } },
    backgroundColor: tokens.surface,
    borderColor: tokens['line-2'],
    padding: [8, 11],
    className: 'chart-tip',
    confine: true,
    transitionDuration: 0,
    textStyle: { color: tokens.ink, fontSize: 12.5, fontFamily: tokens.font },
    formatter: (params) => html(Array.isArray(params) ? (params[0]?.dataIndex ?? 0) : params.dataIndex),
  };
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Rows of a tooltip: what and how much. Its look is in base.css: the page allows no inline styles. */
export function tooltipRows(title: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`);
  return `<div>${escapeHtml(title)}</div><table>${lines.join('')}</table>`;
}

export function hatch(tokens: Tokens): { color: string; decal: object; borderColor: string; borderWidth: number } {
  return {
    color: tokens['hatch-b'],
    borderColor: tokens['hatch-a'],
    borderWidth: 0.8,
    decal: {
      symbol: 'rect',
      symbolSize: 1,
      color: tokens['hatch-a'],
      dashArrayX: [1, 0],
      dashArrayY: [1.3, 3.7],
      rotation: -Math.PI / 4,
    },
  };
}

/** Symbol of a light for a scatter row: circle, triangle, square, open circle. */
export function lightSymbol(light: Light, tokens: Tokens) {
  const shape = { green: 'circle', orange: 'triangle', red: 'rect', unknown: 'circle' }[light];
  const colour = { green: tokens.ok, orange: tokens.warn, red: tokens.bad, unknown: tokens.sunk }[light];
  return {
    symbol: shape,
    symbolSize: light === 'orange' ? 9.5 : 8.5,
    itemStyle: { color: colour, ...(light === 'unknown' ? { borderColor: tokens.unknown, borderWidth: 1.4 } : {}), opacity: 1 },
  };
}

export function known(figure: Figure | null | undefined): number | null {
  return figure && figure.state === 'known' ? figure.value : null;
}

export function addressOf(figure: Figure | null | undefined): { figure?: string } {
  return figure ? { figure: figure.figure } : {};
}
