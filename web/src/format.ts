// SPDX-License-Identifier: Apache-2.0
// How numbers, units, dates and periods are written. The one place where the browser touches a
// quantity, and all it may do is choose a magnitude (万, 亿; k, M, G), round for display and set
// the signs. It never adds, divides or derives: every figure comes from the server.
//
// Conventions: minus is U+2212; a change always has a sign; missing is an em dash and never zero;
// percent has no space, other units a thin one; percentage points are 个百分点 or pp.
import type { Language } from './i18n/language';

export const MISSING = '—';
/** A thin space between word joiners: a number never leaves its unit at the end of a line. */
export const THIN = '\u2060\u2009\u2060';
const NO_BREAK = '\u00a0';
const MINUS = '\u2212';

/** What a unit of the rule language becomes on the screen. */
interface UnitParts {
  /** Power of ten carried by the unit itself: 4 for "10^4 tce", 6 for "Mtce". */
  power: number;
  /** The unit without its magnitude: "tce", "t CO2", "CNY_2015". */
  base: string;
  /** Whether 万/亿 or k/M/G may be chosen for it: amounts yes, ratios and shares no. */
  scales: boolean;
}

/** A magnitude chosen once, for one figure or for a whole column or axis. */
export interface Scale {
  /** Multiply a value given in the unit by this to get the number shown. */
  factor: number;
  unit: string;
}

const PREFIX: Record<string, number> = { k: 3, M: 6, G: 9, T: 12 };
const SUPERSCRIPT = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

function parseUnit(unit: string): UnitParts {
  if (unit.includes('/') || unit === '%' || unit === 'pp' || unit === '1' || unit === '') {
    return { power: 0, base: unit, scales: false };
  }
  const ten = /^10\^(\d+)\s+(.+)$/.exec(unit);
  const inner = ten?.[2] ?? unit;
  const tens = Number(ten?.[1] ?? 0);
  const prefixed = /^([kMGT])(t|tce|Wh)(?=$|[\s_])(.*)$/.exec(inner);
  if (prefixed) {
    const base = `${prefixed[2]}${prefixed[3]}`;
    return { power: tens + (PREFIX[prefixed[1] ?? ''] ?? 0), base, scales: true };
  }
  return { power: tens, base: inner, scales: tens > 0 || /^(t|tce|Wh|CNY\w*|person)($|\s)/.test(inner) };
}

function superscript(n: string): string {
  return [...n].map((digit) => SUPERSCRIPT[Number(digit)] ?? digit).join('');
}

/** Chemical subscripts, multiplication and money with its price year. */
function writeBase(base: string, language: Language): string {
  return base
    .replace(/10\^4 CNY/g, language === 'zh' ? '万 CNY' : '10^4 CNY')
    .replace(/10\^8 CNY/g, language === 'zh' ? '亿 CNY' : '10^8 CNY')
    .replace(/\s?CNY_(\d{4})/g, (_, year: string) =>
      language === 'zh' ? `元（${year} 年价）` : ` CNY (${year} prices)`,
    )
    .replace(/\s?CNY/g, language === 'zh' ? '元' : ' CNY')
    .replace(/10\^(\d+)/g, (_, n: string) => `10${superscript(n)}`)
    .replace(/\b(k?g|t) (CO2e?|C|CH4|N2O)\b/g, '$1$2')
    .replace(/CO2/g, 'CO₂')
    .replace(/CH4/g, 'CH₄')
    .replace(/N2O/g, 'N₂O')
    .replace(/m3/g, 'm³')
    .replace(/\bperson\b/g, language === 'zh' ? '人' : 'person')
    .replace(/\/unit\([^)]*\)/g, language === 'zh' ? '/单位' : '/unit')
    .trim();
}

/** From the largest power down; only money goes beyond 亿 and G. */
const MAGNITUDES: Record<Language, readonly (readonly [power: number, sign: string])[]> = {
  zh: [[12, '万亿'], [8, '亿'], [4, '万'], [0, '']],
  en: [[12, 'T'], [9, 'G'], [6, 'M'], [3, 'k'], [0, '']],
};
const MONEY_EN: Record<string, string> = { T: 'trn', G: 'bn', M: 'm', k: 'k', '': '' };

function magnitudeOf(power: number, money: boolean, language: Language): readonly [number, string] {
  const fits = MAGNITUDES[language].find(([at]) => power >= at && (money || at < 12));
  return fits ?? [0, ''];
}

/** Chooses one magnitude for all the given values, by the largest of them. */
export function chooseScale(
  values: readonly (number | null | undefined)[],
  unit: string,
  language: Language,
): Scale {
  const parts = parseUnit(unit);
  if (!parts.scales) return { factor: 1, unit: writeBase(parts.base, language) };
  const largest = Math.max(0, ...values.map((v) => (v == null ? 0 : Math.abs(v))));
  const power = largest > 0 ? Math.floor(Math.log10(largest) + 1e-9) + parts.power : parts.power;
  const money = parts.base.startsWith('CNY');
  const [shownPower, magnitude] = magnitudeOf(power, money, language);
  const base = writeBase(parts.base, language);
  const factor = 10 ** (parts.power - shownPower);
  if (money) {
    const written = language === 'zh' ? `${magnitude}${base}` : `${MONEY_EN[magnitude]}${NO_BREAK}${base}`;
    return { factor, unit: written.trim() };
  }
  // Latin units take a space after 万 and none after M; people are counted in words.
  const han = /^\p{Script=Han}/u.test(base);
  if (parts.base === 'person') return { factor, unit: han ? `${magnitude}${base}` : `${magnitude}${NO_BREAK}${base}`.trim() };
  return { factor, unit: language === 'zh' && magnitude ? `${magnitude}${NO_BREAK}${base}` : `${magnitude}${base}` };
}

/** Three to four significant digits: 61.7, 5.0 (shares keep one decimal), 1,234. */
function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  if (size >= 1000) return 0;
  if (size >= 100) return 1;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  return Math.min(6, 3 - Math.floor(Math.log10(size)));
}

/** Decimals for a whole column: three or four significant digits in its largest value. */
export function columnDecimals(values: readonly (number | null | undefined)[], scale: Scale): number | undefined {
  const largest = Math.max(0, ...values.map((v) => (v == null ? 0 : Math.abs(v * scale.factor))));
  if (largest === 0) return undefined;
  if (largest >= 1000) return 0;
  if (largest >= 10) return 1;
  return largest >= 1 ? 3 : 4;
}

/** A mark on an axis: no more decimals than it needs. */
export function formatMark(value: number): string {
  const decimals = /\.(\d+)$/.exec(String(Number(value.toPrecision(6))))?.[1]?.length ?? 0;
  return formatNumber(value, { decimals: Math.min(decimals, 6) });
}

export interface NumberStyle {
  /** Decimals to show; left out, three or four significant digits. */
  decimals?: number | undefined;
  /** A change always carries a sign. */
  signed?: boolean | undefined;
}

export function formatNumber(value: number | null | undefined, style: NumberStyle = {}): string {
  if (value == null || !Number.isFinite(value)) return MISSING;
  const decimals = style.decimals ?? decimalsFor(value);
  const text = new Intl.NumberFormat('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(Math.abs(value));
  const isZero = !/[1-9]/.test(text);
  const sign = isZero ? '' : value < 0 ? MINUS : style.signed ? '+' : '';
  return sign + text;
}

/** A figure in two parts, so that the unit can be set smaller than the number. */
export interface Written {
  number: string;
  unit: string;
}

export interface QuantityStyle extends NumberStyle {
  /** A magnitude already chosen for the column or axis. */
  scale?: Scale | undefined;
}

export function formatQuantity(
  value: number | null | undefined,
  unit: string,
  language: Language,
  style: QuantityStyle = {},
): Written {
  const scale = style.scale ?? chooseScale([value], unit, language);
  if (value == null) return { number: MISSING, unit: '' };
  const shown = value * scale.factor;
  const decimals = style.decimals ?? (unit === '%' || unit === 'pp' ? shareDecimals(shown) : undefined);
  return { number: formatNumber(shown, { ...style, decimals }), unit: writeUnit(scale.unit, language) };
}

/** Shares and rates: one decimal, two below ten where the second one says something. */
function shareDecimals(value: number): number {
  return Math.abs(value) < 10 && Math.round(Math.abs(value) * 100) % 10 !== 0 ? 2 : 1;
}

/** The words for percentage points; every other unit is already written. */
export function writeUnit(unit: string, language: Language): string {
  if (unit === 'pp') return language === 'zh' ? '个百分点' : 'pp';
  if (unit === '1') return '';
  return unit;
}

/** Number and unit in one text: "61.7 亿 tce", "5.0%", "1.3 pp". */
export function quantityText(
  value: number | null | undefined,
  unit: string,
  language: Language,
  style: QuantityStyle = {},
): string {
  const written = formatQuantity(value, unit, language, style);
  if (written.unit === '') return written.number;
  return written.unit === '%'
    ? `${written.number}%`
    : `${written.number}${unit === 'pp' ? NO_BREAK : THIN}${written.unit}`;
}

/** A unit alone, exactly as large as it is: 10^4 t is 万 t in Chinese and 10⁴ t in English. */
export function unitText(unit: string, language: Language): string {
  const { power, base, scales } = parseUnit(unit);
  const written = writeUnit(writeBase(base, language), language);
  if (!scales || power === 0) return written;
  const sign = MAGNITUDES[language].find(([at]) => at === power)?.[1];
  if (sign === undefined) return `10${superscript(String(power))}${NO_BREAK}${written}`;
  if (language === 'en' && !/^(t|tce|Wh)/.test(base)) return `10${superscript(String(power))}${NO_BREAK}${written}`;
  const joins = language === 'en' || /^\p{Script=Han}/u.test(written);
  return joins ? `${sign}${written}` : `${sign}${NO_BREAK}${written}`;
}

/** A closed range of periods: "2016–2020 年", "2016–2020". */
export function formatRange(from: string, to: string, language: Language): string {
  if (from === to) return formatPeriod(from, language);
  const years = /^\d{4}$/.test(from) && /^\d{4}$/.test(to);
  if (years && language === 'zh') return `${from}–${to} 年`;
  return `${formatPeriod(from, language)}–${formatPeriod(to, language)}`;
}

const PERIOD = /^(\d{4})(?:-(?:(\d{2})|Q([1-4])|H([12])))?$/;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** "2025", "2026-07", "2026-Q2", "2021-H1" and ranges "2021..2025" as people write them. */
export function formatPeriod(period: string, language: Language): string {
  const range = /^(\S+?)\s*\.\.\s*(\S*)$/.exec(period);
  if (range) return `${formatPeriod(range[1] ?? '', language)}–${range[2] ?? ''}`;
  const match = PERIOD.exec(period);
  if (!match) return period;
  const [, year, month, quarter, half] = match;
  if (language === 'zh') {
    if (month) return `${year} 年 ${Number(month)} 月`;
    if (quarter) return `${year} 年 ${quarter} 季度`;
    if (half) return `${year} 年${half === '1' ? '上' : '下'}半年`;
    return `${year} 年`;
  }
  if (month) return `${MONTHS[Number(month) - 1]} ${year}`;
  if (quarter) return `Q${quarter} ${year}`;
  if (half) return `H${half} ${year}`;
  return year ?? period;
}
