// SPDX-License-Identifier: Apache-2.0
// One indicator of one region over the years: a line for levels, bars from zero for changes.
// Filled dots are recorded, hollow ones computed; a missing year is a gap.
import type { Figure } from '../api/client';
import { figureText } from '../figure';
import { chooseScale, formatMark, formatNumber, type Scale } from '../format';
import type { Language } from '../i18n/language';
import { addressOf, known, labelYears, tooltip, tooltipRows, valueAxis, yearAxis, type ChartBuilder } from './kit';

export function seriesScale(series: readonly Figure[], language: Language): Scale {
  return chooseScale(series.map(known), series[0]?.unit ?? '', language);
}

export function isChange(series: readonly Figure[]): boolean {
  return series[0]?.unit === '%' && series.some((figure) => (known(figure) ?? 0) < 0);
}

export function seriesChart(series: readonly Figure[], label: string, language: Language): ChartBuilder {
  const scale = seriesScale(series, language);
  const bars = isChange(series);
  const years = allYears(series);
  const byYear = new Map(series.map((figure) => [Number(figure.period), figure]));
  const last = [...series].reverse().find((figure) => known(figure) !== null);

  return (tokens, width) => {
    const data = years.map((year) => {
      const figure = byYear.get(year);
      const value = known(figure);
      const hollow = figure?.origin === 'computed';
      const isLast = figure !== undefined && figure === last;
      const rising = (value ?? 0) > 0;
      return {
        value: [String(year), value === null ? null : value * scale.factor] as [string, number | null],
        ...addressOf(figure),
        symbolSize: isLast ? 9 : 7,
        itemStyle: bars
          ? { color: rising ? tokens.up : tokens.down, borderRadius: 1.5 }
          : hollow
            ? { color: tokens.surface, borderColor: tokens.total, borderWidth: 1.8 }
            : { color: tokens.total },
        label: {
          show: isLast || (bars && width / years.length > 44),
          position: (bars && !rising ? 'bottom' : 'top') as 'bottom' | 'top',
          color: tokens.ink,
          fontWeight: 600 as const,
          fontSize: 12,
          textBorderColor: tokens.surface,
          textBorderWidth: 3,
          formatter: () =>
            value === null ? '' : formatNumber(value * scale.factor, { signed: bars, ...(bars ? { decimals: 2 } : {}) }),
        },
      };
    });
    const axis = valueAxis(tokens, formatMark);
    return {
      grid: { left: 4, right: 18, top: 22, bottom: 4, containLabel: true },
      xAxis: { ...yearAxis(tokens, years, labelYears(years, width)), axisLine: { onZero: false, lineStyle: { color: tokens['line-2'] } } },
      yAxis: {
        ...axis,
        scale: !bars,
        ...(bars
          ? {
              ...ROOM,
              axisLabel: { ...axis.axisLabel, showMinLabel: false, showMaxLabel: false },
              splitLine: { ...axis.splitLine, showMinLine: false, showMaxLine: false },
            }
          : {}),
      },
      tooltip: tooltip(tokens, (i) => {
        const year = years[i];
        const figure = year === undefined ? undefined : byYear.get(year);
        return tooltipRows(String(year ?? ''), [[label, figureText(figure, language, { scale, signed: bars })]]);
      }),
      series: bars
        ? [{ type: 'bar', data, barMaxWidth: 30, cursor: 'pointer' }]
        : [
            {
              type: 'line',
              data,
              symbol: 'circle',
              showAllSymbol: true,
              connectNulls: false,
              lineStyle: { color: tokens.total, width: 2 },
              cursor: 'pointer',
            },
          ],
    };
  };
}

/** Room for the labels beyond the ends of the bars. */
const ROOM = {
  min: (range: { min: number }) => Math.min(0, range.min * 1.16),
  max: (range: { max: number }) => Math.max(0, range.max * 1.16),
};

function allYears(series: readonly Figure[]): number[] {
  const years = series.map((figure) => Number(figure.period)).filter(Number.isInteger);
  if (years.length === 0) return [];
  const first = Math.min(...years);
  return Array.from({ length: Math.max(...years) - first + 1 }, (_, i) => first + i);
}
