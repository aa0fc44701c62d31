// SPDX-License-Identifier: Apache-2.0
// Intensity against its target path. Solid line and filled dots: published; dashed and hollow:
// computed. The target is a brass dotted line. Years without a figure stay empty.
import type { Figure, Overview } from '../api/client';
import { figureText } from '../figure';
import { chooseScale, formatMark } from '../format';
import type { Language } from '../i18n/language';
import { addressOf, known, labelYears, NARROW, tooltip, tooltipRows, valueAxis, yearAxis, type ChartBuilder } from './kit';

export interface PathWords {
  intensity: string;
  target: string;
}

export function pathChart(rows: Overview['path'], words: PathWords, language: Language): ChartBuilder {
  const years = rows.map((row) => row.year);
  const figures = rows.flatMap((row) => [row.intensity, row.target]).filter((f): f is Figure => f !== null);
  const scale = chooseScale(figures.map(known), figures[0]?.unit ?? '', language);
  const drawn = (figure: Figure | null): number | null => {
    const value = known(figure);
    return value === null ? null : value * scale.factor;
  };
  const lastOf = (pick: (row: Overview['path'][number]) => Figure | null): number =>
    rows.reduce((found, row, i) => (known(pick(row)) === null ? found : i), -1);
  const lastIntensity = lastOf((row) => row.intensity);
  const firstIntensity = rows.findIndex((row) => known(row.intensity) !== null);

  return (tokens, width) => {
    const narrow = width < NARROW;
    const label = (i: number): boolean => i === lastIntensity || i === firstIntensity;
    const point = (row: Overview['path'][number], i: number) => {
      const hollow = row.intensity?.origin === 'computed';
      return {
        value: [String(row.year), drawn(row.intensity)] as [string, number | null],
        ...addressOf(row.intensity),
        symbol: 'circle',
        symbolSize: i === lastIntensity ? 9 : 7,
        itemStyle: hollow
          ? { color: tokens.surface, borderColor: tokens.intensity, borderWidth: 1.8 }
          : { color: tokens.intensity },
        label: {
          show: label(i),
          position: 'top' as const,
          distance: 7,
          color: tokens.ink,
          fontWeight: 600 as const,
          fontSize: 12,
          textBorderColor: tokens.surface,
          textBorderWidth: 3,
          formatter: () => figureText(row.intensity, language, { scale }).replace(/[\s\u2060].*$/, ''),
        },
      };
    };
    const published = (row: Overview['path'][number]): boolean => row.intensity?.origin === 'recorded';
    return {
      grid: { left: 4, right: narrow ? 16 : 26, top: 22, bottom: 4, containLabel: true },
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
      series: [
        {
          type: 'line',
          data: rows.map((row) => ({
            value: [String(row.year), drawn(row.target)],
            ...addressOf(row.target),
          })),
          connectNulls: false,
          symbol: 'none',
          lineStyle: { color: tokens.brass, width: 1.6, type: [3, 4] },
          itemStyle: { color: tokens.brass },
          silent: true,
        },
        {
          type: 'line',
          data: rows.map(point),
          connectNulls: false,
          lineStyle: { color: tokens.intensity, width: 1.8, type: [5, 4] },
          emphasis: { scale: 1.3 },
          cursor: 'pointer',
          z: 3,
        },
        {
          type: 'line',
          data: rows.map((row) => [String(row.year), published(row) ? drawn(row.intensity) : null]),
          connectNulls: false,
          symbol: 'none',
          lineStyle: { color: tokens.intensity, width: 2.2 },
          silent: true,
          z: 2,
        },
      ],
    };
  };
}
