// SPDX-License-Identifier: Apache-2.0
// Intensity against its target path. Solid line and filled dots: published; dashed and hollow:
// computed. The target is a brass dotted line. Years without a figure stay empty.
import type { LineSeriesOption } from 'echarts/charts';
import type { Figure, Overview } from '../api/client';
import { figureText } from '../figure';
import { chooseScale, formatMark, type Scale } from '../format';
import type { Language } from '../i18n/language';
import { addressOf, known, labelYears, NARROW, tooltip, tooltipRows, valueAxis, yearAxis, type ChartBuilder } from './kit';
import type { Tokens } from './tokens';

export interface PathWords {
  intensity: string;
  target: string;
}

type Row = Overview['path'][number];

export function pathChart(rows: readonly Row[], words: PathWords, language: Language): ChartBuilder {
  const years = rows.map((row) => row.year);
  const figures = rows.flatMap((row) => [row.intensity, row.target]).filter((f): f is Figure => f !== null);
  const scale = chooseScale(figures.map(known), figures[0]?.unit ?? '', language);

  return (tokens, width) => ({
    grid: { left: 4, right: width < NARROW ? 16 : 26, top: 22, bottom: 4, containLabel: true },
    xAxis: { ...yearAxis(tokens, years, labelYears(years, width)), boundaryGap: true },
    yAxis: { ...valueAxis(tokens, formatMark), scale: true },
    tooltip: tooltip(tokens, (i) => {
      const row = rows[i];
      if (!row) return '';
      return tooltipRows(String(row.year), [
        [words.intensity, figureText(row.intensity, language, { scale })],
        [words.target, row.target ? figureText(row.target, language, { scale }) : ''],
      ]);
    }),
    series: [...targetLines(rows, scale, tokens), publishedLine(rows, scale, tokens), intensityLine(rows, scale, tokens, language)],
  });
}

function drawn(figure: Figure | null, scale: Scale): number | null {
  const value = known(figure);
  return value === null ? null : value * scale.factor;
}

const PLAN_YEARS = 5;

/** The path of each plan starts from what was reached at its base year, not from the path before. */
export function targetRuns(rows: readonly Row[]): { year: number; figure: Figure | null }[][] {
  const runs: { year: number; figure: Figure | null }[][] = [];
  rows.forEach((row, i) => {
    if (known(row.target) === null) return;
    const before = rows[i - 1];
    const run = runs[runs.length - 1];
    const begins = row.year % PLAN_YEARS === 1;
    if (run && !begins) run.push({ year: row.year, figure: row.target });
    else {
      const base = before && known(before.intensity) !== null ? [{ year: before.year, figure: before.intensity }] : [];
      runs.push([...base, { year: row.year, figure: row.target }]);
    }
  });
  return runs;
}

function targetLines(rows: readonly Row[], scale: Scale, tokens: Tokens): LineSeriesOption[] {
  return targetRuns(rows).map((run) => ({
    type: 'line',
    data: run.map(({ year, figure }) => [String(year), drawn(figure, scale)]),
    symbol: 'none',
    lineStyle: { color: tokens.brass, width: 1.6, type: [3, 4] },
    itemStyle: { color: tokens.brass },
    silent: true,
  }));
}

/** The solid runs below the dashed line, where the figures are published. */
function publishedLine(rows: readonly Row[], scale: Scale, tokens: Tokens): LineSeriesOption {
  return {
    type: 'line',
    data: rows.map((row) => [String(row.year), row.intensity?.origin === 'recorded' ? drawn(row.intensity, scale) : null]),
    connectNulls: false,
    symbol: 'none',
    lineStyle: { color: tokens.intensity, width: 2.2 },
    silent: true,
    z: 2,
  };
}

function intensityLine(rows: readonly Row[], scale: Scale, tokens: Tokens, language: Language): LineSeriesOption {
  const withValue = rows.flatMap((row, i) => (known(row.intensity) === null ? [] : [i]));
  const ends = new Set([withValue[0], withValue[withValue.length - 1]]);
  const hollow = { color: tokens.surface, borderColor: tokens.intensity, borderWidth: 1.8 };
  return {
    type: 'line',
    data: rows.map((row, i) => ({
      value: [String(row.year), drawn(row.intensity, scale)],
      ...addressOf(row.intensity),
      symbol: 'circle',
      symbolSize: ends.has(i) ? 9 : 7,
      itemStyle: row.intensity?.origin === 'computed' ? hollow : { color: tokens.intensity },
      label: {
        show: ends.has(i),
        position: 'top',
        distance: 7,
        color: tokens.ink,
        fontWeight: 600,
        fontSize: 12,
        textBorderColor: tokens.surface,
        textBorderWidth: 3,
        formatter: () => figureText(row.intensity, language, { scale }).replace(/[\s\u2060].*$/, ''),
      },
    })),
    connectNulls: false,
    showAllSymbol: true,
    lineStyle: { color: tokens.intensity, width: 1.8, type: [5, 4] },
    emphasis: { scale: 1.3 },
    cursor: 'pointer',
    z: 3,
  };
}
