// SPDX-License-Identifier: Apache-2.0
// The change of each year against the required one. The axis is turned over, so that a cut points
// upwards while every number keeps its own sign. Bars: computed; diamonds: published (hollow when
// recalled); brass rule per plan period: required; the light of the year stands below it.
import type { Overview } from '../api/client';
import { figureText, isRecalled } from '../figure';
import { formatNumber } from '../format';
import type { Language } from '../i18n/language';
import { addressOf, hatch, known, labelYears, lightSymbol, tooltip, tooltipRows, valueAxis, yearAxis, type ChartBuilder } from './kit';

export interface AnnualWords {
  computed: string;
  official: string;
  required: string;
  gap: string;
}

type Row = Overview['annual'][number];

export function annualChart(rows: readonly Row[], words: AnnualWords, language: Language): ChartBuilder {
  const years = rows.map((row) => row.year);

  return (tokens, width) => ({
    grid: [
      { left: 30, right: 8, top: 14, bottom: 44 },
      { left: 30, right: 8, bottom: 2, height: 16 },
    ],
    xAxis: [
      yearAxis(tokens, years, labelYears(years, width)),
      { ...yearAxis(tokens, years, () => false), gridIndex: 1, axisLine: { show: false } },
    ],
    yAxis: [
      { ...valueAxis(tokens, (v) => formatNumber(v, { decimals: Number.isInteger(v) ? 0 : 1 })), inverse: true },
      { type: 'value', gridIndex: 1, show: false, min: 0, max: 2 },
    ],
    tooltip: tooltip(tokens, (i) => {
      const row = rows[i];
      if (!row) return '';
      const style = { signed: true, decimals: 2 };
      return tooltipRows(String(row.year), [
        [words.computed, figureText(row.computed, language, style)],
        [words.official, row.official ? figureText(row.official, language, { signed: true }) : ''],
        [words.gap, row.gap ? figureText(row.gap, language, { signed: true }) : ''],
        [words.required, row.required ? figureText(row.required, language, style) : ''],
      ]);
    }),
    series: [
      {
        type: 'bar',
        data: rows.map((row) => ({
          value: [String(row.year), known(row.computed)],
          ...addressOf(row.computed),
        })),
        barMaxWidth: 18,
        barMinHeight: 2,
        itemStyle: { color: tokens['intensity-wash'], borderColor: tokens.intensity, borderWidth: 1 },
        emphasis: { itemStyle: { color: tokens['intensity-wash'], borderWidth: 2 } },
        cursor: 'pointer',
      },
      // Where nothing is known: a hatched column instead of a bar.
      {
        type: 'scatter',
        data: rows.flatMap((row) =>
          known(row.computed) === null && known(row.official) === null
            ? [{ value: [String(row.year), 0], ...addressOf(row.computed) }]
            : [],
        ),
        symbol: 'rect',
        symbolSize: [14, 14],
        symbolOffset: [0, -9],
        itemStyle: hatch(tokens),
      },
      ...requiredRules(rows).map((rule) => ({
        type: 'line' as const,
        data: rule.years.map((year) => [String(year), rule.value]),
        symbol: 'none',
        silent: true,
        z: 4,
        step: 'middle' as const,
        lineStyle: { color: tokens.brass, width: 2, cap: 'square' as const },
        endLabel: {
          show: width > 300,
          formatter: () => formatNumber(rule.value, { decimals: 2 }),
          color: tokens.brass,
          fontSize: 11.5,
          fontWeight: 600 as const,
          offset: [-34, -9],
          textBorderColor: tokens.surface,
          textBorderWidth: 3,
        },
      })),
      {
        type: 'scatter',
        data: rows.flatMap((row) => {
          const value = known(row.official);
          if (value === null) return [];
          const hollow = isRecalled(row.official?.evidence ?? null);
          return [
            {
              value: [String(row.year), value],
              ...addressOf(row.official),
              itemStyle: hollow
                ? { color: tokens.surface, borderColor: tokens.ink, borderWidth: 1.4 }
                : { color: tokens.ink, borderColor: tokens.surface, borderWidth: 1.2 },
            },
          ];
        }),
        symbol: 'diamond',
        symbolSize: 11,
        z: 5,
        cursor: 'pointer',
      },
      {
        type: 'scatter',
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: rows.map((row) => ({
          value: [String(row.year), 1],
          ...(row.light_figure ? { figure: row.light_figure } : {}),
          ...lightSymbol(row.light, tokens),
        })),
        cursor: 'pointer',
      },
    ],
  });
}

/** One brass rule for each run of years with the same required value. */
function requiredRules(rows: readonly Row[]): { value: number; years: number[] }[] {
  const rules: { value: number; years: number[]; plan: number | undefined }[] = [];
  for (const row of rows) {
    const value = known(row.required);
    if (value === null) continue;
    const last = rules[rules.length - 1];
    if (last && last.value === value && last.plan === row.plan) last.years.push(row.year);
    else rules.push({ value, years: [row.year], plan: row.plan });
  }
  return rules;
}
