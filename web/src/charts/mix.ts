// SPDX-License-Identifier: Apache-2.0
// Energy by carrier as an absolute stack in the fixed order of fuels, coal share inside, the total
// on top. What the source did not split is hatched; a break mark stands where years are missing.
import type { BarSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { Overview } from '../api/client';
import { figureText, labelOf } from '../figure';
import { chooseScale, formatMark, formatNumber, quantityText, type Scale } from '../format';
import type { Language } from '../i18n/language';
import {
  addressOf, hatch, known, NARROW, slotName, tooltip, tooltipRows, valueAxis, withBreaks,
  type ChartBuilder, type Slot,
} from './kit';
import type { Token, Tokens } from './tokens';

type Row = Overview['mix'][number];

export const CARRIER_TOKENS: readonly Token[] = ['cat-1', 'cat-2', 'cat-3', 'cat-4', 'cat-5', 'cat-6', 'cat-7'];

export interface MixWords {
  unsplit: string;
  total: string;
}

export function mixScale(rows: readonly Row[], language: Language): Scale {
  const unit = rows.find((row) => row.total)?.total?.unit ?? '';
  return chooseScale(rows.map((row) => known(row.total)), unit, language);
}

/** What the parts of the picture share: the places on the axis, the magnitude, pixels per place. */
interface Drawing {
  slots: readonly Slot<Row>[];
  scale: Scale;
  pixels: number;
  tokens: Tokens;
}

export function mixChart(rows: readonly Row[], words: MixWords, language: Language): ChartBuilder {
  const scale = mixScale(rows, language);
  const carriers = rows[0]?.parts ?? [];
  const slots = withBreaks(rows);

  return (tokens, width) => {
    const pixels = (width - 50) / Math.max(1, slots.length);
    const drawing: Drawing = { slots, scale, pixels, tokens };
    const axis = valueAxis(tokens, formatMark);
    return {
      grid: { left: 4, right: 4, top: 24, bottom: 4, containLabel: true },
      xAxis: {
        type: 'category',
        data: slots.map((slot) => slot.name),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: tokens['line-2'] } },
        axisLabel: {
          color: tokens['ink-3'],
          fontSize: 11.5,
          formatter: slotName,
          interval: (i: number) => isLabelled(i, drawing),
        },
      },
      yAxis: {
        ...axis,
        max: (range: { max: number }) => range.max * 1.04,
        axisLabel: { ...axis.axisLabel, showMaxLabel: false },
        splitLine: { ...axis.splitLine, showMaxLine: false },
      },
      tooltip: tooltip(tokens, (i) => tip(slots[i]?.row, words, scale, language)),
      series: [
        ...carriers.map((_, c) => carrierBars(c, drawing, width < NARROW)),
        unsplitBars(drawing),
        totals(drawing),
      ],
    };
  };
}

function isLabelled(i: number, { slots, pixels }: Drawing): boolean {
  const last = slots.length - 1;
  const row = slots[i]?.row;
  if (!row || pixels > 40 || i === 0 || i === last) return true;
  return row.year % 5 === 0 && pixels * (last - i) > 40;
}

function tip(row: Row | null | undefined, words: MixWords, scale: Scale, language: Language): string {
  if (!row) return '';
  return tooltipRows(String(row.year), [
    [words.total, figureText(row.total, language, { scale })],
    ...row.parts.map((part) => [labelOf(part, language), figureText(part.share, language)] as const),
    [words.unsplit, row.unsplit_share ? quantityText(row.unsplit_share, '%', language) : ''],
  ]);
}

function drawn(amount: number | null | undefined, scale: Scale): number | null {
  return amount == null ? null : amount * scale.factor;
}

function carrierBars(carrier: number, { slots, scale, pixels, tokens }: Drawing, narrow: boolean): BarSeriesOption {
  return {
    type: 'bar',
    stack: 'mix',
    barCategoryGap: narrow ? '22%' : '28%',
    cursor: 'pointer',
    data: slots.map(({ row, name }) => ({
      value: [name, drawn(row?.parts[carrier]?.amount, scale)],
      ...addressOf(row?.parts[carrier]?.share),
    })),
    itemStyle: { color: tokens[CARRIER_TOKENS[carrier] ?? 'cat-7'], borderColor: tokens.surface, borderWidth: 0.8 },
    emphasis: { disabled: true },
    label: {
      show: carrier === 0 && pixels >= 30,
      color: tokens['cat-1-text'],
      fontSize: 11,
      formatter: ({ dataIndex }) => {
        const share = known(slots[dataIndex]?.row?.parts[0]?.share);
        return share === null ? '' : formatNumber(share, { decimals: 1 });
      },
    },
  };
}

function unsplitBars({ slots, scale, tokens }: Drawing): BarSeriesOption {
  return {
    type: 'bar',
    stack: 'mix',
    data: slots.map(({ row, name }) => ({ value: [name, drawn(row?.unsplit_amount, scale)], ...addressOf(row?.total) })),
    itemStyle: hatch(tokens),
    emphasis: { disabled: true },
    cursor: 'pointer',
  };
}

/** The totals above the columns: every one, or every third where there is no room. */
function totals({ slots, scale, pixels, tokens }: Drawing): ScatterSeriesOption {
  return {
    type: 'scatter',
    data: slots.map(({ row, name }) => ({ value: [name, drawn(known(row?.total), scale)], ...addressOf(row?.total) })),
    symbolSize: 1,
    itemStyle: { color: 'transparent' },
    label: {
      show: pixels >= 18,
      position: 'top',
      distance: 2,
      color: tokens.ink,
      fontSize: pixels < 30 ? 10 : 11,
      formatter: ({ dataIndex }) => {
        const row = slots[dataIndex]?.row;
        if (!row || (pixels < 28 && (slots.length - 1 - dataIndex) % 3 !== 0)) return '';
        return formatNumber(drawn(known(row.total), scale), pixels < 34 ? { decimals: 1 } : {});
      },
    },
  };
}
