// SPDX-License-Identifier: Apache-2.0
// The cut of each year against the required one. The server gives changes (a fall is negative) and
// required cuts; the axis is turned over, so that a cut points upwards and is written without a sign.
// Bars: computed; diamonds: published (hollow when recalled); brass rule per plan period: required;
// the light of the year stands below it.
import type { BarSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { Overview } from '../api/client';
import { figureText, isRecalled } from '../figure';
import { formatMark, formatNumber } from '../format';
import type { Language } from '../i18n/language';
import {
  addressOf, known, labelYears, lightSymbol, tooltip, tooltipRows, valueAxis, withBreaks, yearAxis,
  type ChartBuilder, type Slot,
} from './kit';
import { hatchSeries, ruleSeries, type RequiredRule } from './marks';
import type { Tokens } from './tokens';

export interface AnnualWords {
  computed: string;
  official: string;
  required: string;
  gap: string;
}

type Row = Overview['annual'][number];

export function annualChart(rows: readonly Row[], words: AnnualWords, language: Language): ChartBuilder {
  const years = rows.map((row) => row.year);
  const slots = withBreaks(rows);
  const names = slots.map((slot) => slot.name);

  return (tokens, width) => ({
    grid: [
      { left: 30, right: 8, top: 18, bottom: 44 },
      { left: 30, right: 8, bottom: 2, height: 16 },
    ],
    xAxis: [
      yearAxis(tokens, names, labelYears(years, width)),
      { ...yearAxis(tokens, names, () => false), gridIndex: 1, axisLine: { show: false }, axisLabel: { show: false } },
    ],
    yAxis: [
      { ...valueAxis(tokens, (v) => formatMark(v === 0 ? 0 : -v)), inverse: true },
      { type: 'value', gridIndex: 1, show: false, min: 0, max: 2 },
    ],
    tooltip: tooltip(tokens, (i) => tip(slots[i]?.row, words, language)),
    series: [
      computedBars(slots, tokens),
      hatchSeries(unknownYears(slots), tokens),
      ruleSeries(requiredRules(slots), tokens),
      officialDiamonds(rows, tokens),
      lightsRow(rows, tokens),
    ],
  });
}

function tip(row: Row | null | undefined, words: AnnualWords, language: Language): string {
  if (!row) return '';
  return tooltipRows(String(row.year), [
    [words.computed, figureText(row.computed, language, { signed: true, decimals: 2 })],
    [words.official, row.official ? figureText(row.official, language, { signed: true }) : ''],
    [words.gap, row.gap ? figureText(row.gap, language, { signed: true }) : ''],
    [words.required, row.required ? figureText(row.required, language, { decimals: 2 }) : ''],
  ]);
}

function computedBars(slots: readonly Slot<Row>[], tokens: Tokens): BarSeriesOption {
  return {
    type: 'bar',
    data: slots.map(({ row, name }) => ({ value: [name, known(row?.computed)], ...addressOf(row?.computed) })),
    barMaxWidth: 18,
    barMinHeight: 2,
    itemStyle: { color: tokens['intensity-wash'], borderColor: tokens.intensity, borderWidth: 1 },
    emphasis: { itemStyle: { color: tokens['intensity-wash'], borderWidth: 2 } },
    cursor: 'pointer',
  };
}

function officialDiamonds(rows: readonly Row[], tokens: Tokens): ScatterSeriesOption {
  const full = { color: tokens.ink, borderColor: tokens.surface, borderWidth: 1.2 };
  const hollow = { color: tokens.surface, borderColor: tokens.ink, borderWidth: 1.4 };
  return {
    type: 'scatter',
    data: rows.flatMap((row) => {
      const value = known(row.official);
      const itemStyle = isRecalled(row.official?.evidence ?? null) ? hollow : full;
      return value === null ? [] : [{ value: [String(row.year), value], ...addressOf(row.official), itemStyle }];
    }),
    symbol: 'diamond',
    symbolSize: 11,
    z: 5,
    cursor: 'pointer',
  };
}

function lightsRow(rows: readonly Row[], tokens: Tokens): ScatterSeriesOption {
  return {
    type: 'scatter',
    xAxisIndex: 1,
    yAxisIndex: 1,
    data: rows.map((row) => ({
      value: [String(row.year), 1],
      ...(row.light_figure ? { figure: row.light_figure } : {}),
      ...lightSymbol(row.light, tokens),
    })),
    cursor: 'pointer',
  };
}

/** Years of which neither a computed nor a published figure is known. */
function unknownYears(slots: readonly Slot<Row>[]): number[] {
  return slots.flatMap(({ row }, i) => (row && known(row.computed) === null && known(row.official) === null ? [i] : []));
}

/** How far what is drawn for a year reaches, to find room for a label. */
function reach(row: Row | null | undefined): number {
  return Math.max(Math.abs(known(row?.computed) ?? 0), Math.abs(known(row?.official) ?? 0));
}

/** One brass rule for each run of years of a plan with the same required value. */
function requiredRules(slots: readonly Slot<Row>[]): RequiredRule[] {
  const rules: (RequiredRule & { plan: number | null | undefined })[] = [];
  slots.forEach(({ row }, i) => {
    const value = known(row?.required);
    if (!row || value === null) return;
    const last = rules[rules.length - 1];
    const onAxis = -value;
    if (last && last.value === onAxis && last.plan === row.plan && last.to === i - 1) {
      last.to = i;
      if (reach(row) < reach(slots[last.labelAt]?.row)) last.labelAt = i;
    } else {
      rules.push({ from: i, to: i, labelAt: i, value: onAxis, plan: row.plan, label: formatNumber(value, { decimals: 2 }) });
    }
  });
  return rules;
}
