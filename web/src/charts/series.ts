// SPDX-License-Identifier: Apache-2.0
// One indicator of one region over the years: a line for levels, bars from zero for changes.
// Filled dots are recorded, hollow ones computed; a missing year is a gap.
import type { Figure } from '../api/client';
import { figureText } from '../figure';
import { chooseScale, formatMark, formatNumber, type Scale } from '../format';
import type { Language } from '../i18n/language';
import { addressOf, known, labelYears, tooltip, tooltipRows, valueAxis, yearAxis, type ChartBuilder } from './kit';
import type { Tokens } from './tokens';

export function seriesScale(series: readonly Figure[], language: Language): Scale {
  return chooseScale(series.map(known), series[0]?.unit ?? '', language);
}

export function isChange(series: readonly Figure[]): boolean {
  return series[0]?.unit === '%' && series.some((figure) => (known(figure) ?? 0) < 0);
}

/** Room for the labels beyond the ends of the bars. */
const ROOM = {
  min: (range: { min: number }) => Math.min(0, range.min * 1.16),
  max: (range: { max: number }) => Math.max(0, range.max * 1.16),
};

export function seriesChart(series: readonly Figure[], label: string, language: Language): ChartBuilder {
  const scale = seriesScale(series, language);
  const bars = isChange(series);
  const years = allYears(series);
  const byYear = new Map(series.map((figure) => [Number(figure.period), figure]));
  const last = [...series].reverse().find((figure) => known(figure) !== null);

  return (tokens, width) => {
    const roomy = width / years.length > 44;
    const data = years.map((year) => {
      const figure = byYear.get(year);
      const isLast = figure !== undefined && figure === last;
      return bars
        ? barPoint(year, figure, tokens, isLast || roomy)
        : { ...dotPoint(year, figure, scale, tokens, isLast), symbolSize: isLast ? 9 : 7 };
    });
    const axis = valueAxis(tokens, formatMark);
    const barAxis = {
      ...ROOM,
      axisLabel: { ...axis.axisLabel, showMinLabel: false, showMaxLabel: false },
      splitLine: { ...axis.splitLine, showMinLine: false, showMaxLine: false },
    };
    return {
      grid: { left: 4, right: 18, top: 22, bottom: 4, containLabel: true },
      xAxis: {
        ...yearAxis(tokens, years, labelYears(years, width)),
        axisLine: { onZero: false, lineStyle: { color: tokens['line-2'] } },
      },
      yAxis: { ...axis, scale: !bars, ...(bars ? barAxis : {}) },
      tooltip: tooltip(tokens, (i) => {
        const year = years[i];
        const figure = year === undefined ? undefined : byYear.get(year);
        return tooltipRows(String(year ?? ''), [[label, figureText(figure, language, { scale, signed: bars })]]);
      }),
      series: bars
        ? { type: 'bar', data, barMaxWidth: 30, cursor: 'pointer' }
        : {
            type: 'line',
            data,
            symbol: 'circle',
            showAllSymbol: true,
            connectNulls: false,
            lineStyle: { color: tokens.total, width: 2 },
            cursor: 'pointer',
          },
    };
  };
}

function pointLabel(text: string, position: 'top' | 'bottom', show: boolean, tokens: Tokens) {
  return {
    show,
    position,
    color: tokens.ink,
    fontWeight: 600 as const,
    fontSize: 12,
    textBorderColor: tokens.surface,
    textBorderWidth: 3,
    formatter: () => text,
  };
}

/** A change: up in brown, down in teal, told apart by its side of zero and its sign. */
function barPoint(year: number, figure: Figure | undefined, tokens: Tokens, labelled: boolean) {
  const value = known(figure);
  const rising = (value ?? 0) > 0;
  const text = value === null ? '' : formatNumber(value, { signed: true, decimals: 2 });
  return {
    value: [String(year), value] as [string, number | null],
    ...addressOf(figure),
    itemStyle: { color: rising ? tokens.up : tokens.down, borderRadius: 1.5 },
    label: pointLabel(text, rising ? 'top' : 'bottom', labelled, tokens),
  };
}

function dotPoint(year: number, figure: Figure | undefined, scale: Scale, tokens: Tokens, labelled: boolean) {
  const value = known(figure);
  const shown = value === null ? null : value * scale.factor;
  const hollow = { color: tokens.surface, borderColor: tokens.total, borderWidth: 1.8 };
  return {
    value: [String(year), shown] as [string, number | null],
    ...addressOf(figure),
    itemStyle: figure?.origin === 'computed' ? hollow : { color: tokens.total },
    label: pointLabel(formatNumber(shown), 'top', labelled, tokens),
  };
}

function allYears(series: readonly Figure[]): number[] {
  const years = series.map((figure) => Number(figure.period)).filter(Number.isInteger);
  if (years.length === 0) return [];
  const first = Math.min(...years);
  return Array.from({ length: Math.max(...years) - first + 1 }, (_, i) => first + i);
}
