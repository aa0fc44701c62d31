// SPDX-License-Identifier: Apache-2.0
// Energy by carrier as an absolute stack in the fixed order of fuels, coal share inside, the total
// on top. What the source did not split is hatched; a break mark stands where years are missing.
import type { Overview } from '../api/client';
import { figureText, labelOf } from '../figure';
import { chooseScale, formatMark, formatNumber, quantityText, type Scale } from '../format';
import type { Language } from '../i18n/language';
import { addressOf, hatch, known, NARROW, slotName, tooltip, tooltipRows, valueAxis, withBreaks, type ChartBuilder } from './kit';
import type { Token } from './tokens';

type Row = Overview['mix'][number];

export const CARRIER_TOKENS: readonly Token[] = ['cat-1', 'cat-2', 'cat-3', 'cat-4', 'cat-5', 'cat-6', 'cat-7'];

export function mixUnit(rows: readonly Row[]): string {
  return rows.find((row) => row.total)?.total?.unit ?? '';
}

export function mixScale(rows: readonly Row[], language: Language): Scale {
  return chooseScale(rows.map((row) => known(row.total)), mixUnit(rows), language);
}

export function mixChart(all: readonly Row[], words: { unsplit: string; total: string }, language: Language): ChartBuilder {
  const scale = mixScale(all, language);
  const carriers = all[0]?.parts ?? [];
  const slots = withBreaks(all);
  const rows = slots.map((slot) => slot.row);
  const drawn = (amount: number | null | undefined): number | null => (amount == null ? null : amount * scale.factor);

  return (tokens, width) => {
    const narrow = width < NARROW;
    const slot = (width - 50) / Math.max(1, rows.length);
    const categories = slots.map((slot) => slot.name);
    const axis = valueAxis(tokens, formatMark);
    return {
      grid: { left: 4, right: 4, top: 24, bottom: 4, containLabel: true },
      xAxis: {
        type: 'category',
        data: categories,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: tokens['line-2'] } },
        axisLabel: {
          color: tokens['ink-3'],
          fontSize: 11.5,
          formatter: slotName,
          interval: (i: number) => rows[i] === null || slot > 40 || i === 0 || i === rows.length - 1 || (Number(categories[i]) % 5 === 0 && slot * (rows.length - 1 - i) > 40),
        },
      },
      yAxis: {
        ...axis,
        max: (range: { max: number }) => range.max * 1.04,
        axisLabel: { ...axis.axisLabel, showMaxLabel: false },
        splitLine: { ...axis.splitLine, showMaxLine: false },
      },
      tooltip: tooltip(tokens, (i) => {
        const row = rows[i];
        if (!row) return '';
        return tooltipRows(String(row.year), [
          [words.total, figureText(row.total, language, { scale })],
          ...row.parts.map((part) => [labelOf(part, language), figureText(part.share, language)] as const),
          [words.unsplit, row.unsplit_share ? quantityText(row.unsplit_share, '%', language) : ''],
        ]);
      }),
      series: [
        ...carriers.map((_, c) => ({
          type: 'bar' as const,
          stack: 'mix',
          barCategoryGap: narrow ? '22%' : '28%',
          cursor: 'pointer',
          data: rows.map((row, i) => ({
            value: [categories[i] ?? '', drawn(row?.parts[c]?.amount)],
            ...addressOf(row?.parts[c]?.share),
          })),
          itemStyle: { color: tokens[CARRIER_TOKENS[c] ?? 'cat-7'], borderColor: tokens.surface, borderWidth: 0.8 },
          emphasis: { disabled: true },
          label: {
            show: c === 0 && slot >= 30,
            color: tokens['cat-1-text'],
            fontSize: 11,
            formatter: (params: { dataIndex: number }) => {
              const share = known(rows[params.dataIndex]?.parts[0]?.share);
              return share === null ? '' : formatNumber(share, { decimals: 1 });
            },
          },
        })),
        {
          type: 'bar',
          stack: 'mix',
          data: rows.map((row, i) => ({ value: [categories[i] ?? '', drawn(row?.unsplit_amount)], ...addressOf(row?.total) })),
          itemStyle: hatch(tokens),
          emphasis: { disabled: true },
          cursor: 'pointer',
        },
        {
          type: 'scatter',
          data: rows.map((row, i) => ({ value: [categories[i] ?? '', drawn(known(row?.total))], ...addressOf(row?.total) })),
          symbolSize: 1,
          itemStyle: { color: 'transparent' },
          label: {
            show: slot >= 18,
            position: 'top',
            distance: 2,
            color: tokens.ink,
            fontSize: slot < 30 ? 10 : 11,
            formatter: (params) => {
              const i = params.dataIndex;
              if (slot < 28 && (rows.length - 1 - i) % 3 !== 0) return '';
              if (!rows[i]) return '';
              return formatNumber(drawn(known(rows[i]?.total)), slot < 34 ? { decimals: 1 } : {});
            },
          },
        },
      ],
    };
  };
}
