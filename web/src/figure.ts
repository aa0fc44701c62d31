// SPDX-License-Identifier: Apache-2.0
// How a figure of the server is written: its number, its unit, the mark of its evidence, and what
// stands in its place when it is not known. Missing is a dash, an incomplete sum says "at least".
import type { Evidence, Figure } from './api/client';
import { formatQuantity, MISSING, quantityText, type QuantityStyle } from './format';
import { pick, type Language } from './i18n/language';
import { messages } from './i18n/messages';

export interface WrittenFigure {
  number: string;
  unit: string;
  /** Regular weight instead of bold: what is shown is a part, or nothing. */
  partial: boolean;
}

export function writeFigure(
  figure: Figure | null | undefined,
  language: Language,
  style: QuantityStyle = {},
): WrittenFigure {
  if (!figure) return { number: MISSING, unit: '', partial: true };
  if (figure.state === 'not_in_force') return { number: '', unit: '', partial: true };
  const word = language === 'zh' ? figure.word_zh : figure.word_en;
  if (figure.state === 'known' && (word || figure.word)) {
    return { number: word || figure.word || '', unit: '', partial: false };
  }
  if (figure.state === 'incomplete' && figure.at_least !== null) {
    const written = formatQuantity(figure.at_least, figure.unit, language, style);
    return { number: `≥ ${written.number}`, unit: written.unit, partial: true };
  }
  if (figure.state === 'incomplete') {
    return { number: pick(messages['figure.incomplete'], language), unit: '', partial: true };
  }
  if (figure.value === null) return { number: MISSING, unit: '', partial: true };
  return { ...formatQuantity(figure.value, figure.unit, language, style), partial: false };
}

export function figureText(
  figure: Figure | null | undefined,
  language: Language,
  style: QuantityStyle = {},
): string {
  if (figure && figure.state === 'known' && figure.value !== null && !figure.word) {
    return quantityText(figure.value, figure.unit, language, style);
  }
  const written = writeFigure(figure, language, style);
  const space = written.unit && written.unit !== '%' ? ' ' : '';
  return `${written.number}${space}${written.unit}`;
}

/** A change, a growth or a difference always carries its sign; a cut is an amount. */
export function isSigned(figure: Figure): boolean {
  return /(^|_)(change|growth|gap|ahead)(_|$)/.test(figure.name);
}

interface Labelled {
  label_en: string;
  label_zh: string;
}

/** The label; of a figure with keys also what they name: "Energy by source, share: coal". */
export function labelOf(
  thing: (Labelled & { key_labels?: readonly Labelled[] }) | null | undefined,
  language: Language,
): string {
  if (!thing) return '';
  const label = plainLabel(thing, language);
  if (!thing.key_labels?.length) return label;
  const keys = thing.key_labels.map((key) => plainLabel(key, language));
  return pick([`${label}\uff1a${keys.join('\u3001')}`, `${label}: ${keys.join(', ')}`], language);
}

/** The label alone, without the keys. */
export function plainLabel(thing: Labelled, language: Language): string {
  const label = language === 'zh' ? thing.label_zh || thing.label_en : thing.label_en || thing.label_zh;
  return spaced(label.replace(/\bCO2(e?)\b/g, 'CO\u2082$1'));
}

/** A space between Han and Latin or digits, where the record has none. */
function spaced(text: string): string {
  return text
    .replace(/(\p{Script=Han})([A-Za-z0-9])/gu, '$1 $2')
    .replace(/([A-Za-z0-9\u2082%])(\p{Script=Han})/gu, '$1 $2');
}

export function nameOf(
  entity: { name_en: string; name_zh: string; code: string },
  language: Language,
): string {
  const name = language === 'zh' ? shortName(entity.name_zh) || entity.name_en : entity.name_en || entity.name_zh;
  return name || entity.code;
}

/** Provinces by the name that people use: 内蒙古自治区 is 内蒙古, 北京市 is 北京. */
function shortName(name: string): string {
  const tails = PLACE_TAILS.find((tail) => name.endsWith(tail) && name.length > tail.length + 1);
  return tails ? name.slice(0, -tails.length) : name;
}

/** Longest first. Written as code points, because texts for people live in messages.ts only. */
const PLACE_TAILS = [
  '\u7ef4\u543e\u5c14\u81ea\u6cbb\u533a', // Uygur autonomous region
  '\u58ee\u65cf\u81ea\u6cbb\u533a', // Zhuang autonomous region
  '\u56de\u65cf\u81ea\u6cbb\u533a', // Hui autonomous region
  '\u7279\u522b\u884c\u653f\u533a', // special administrative region
  '\u81ea\u6cbb\u533a', // autonomous region
  '\u7701', // province
  '\u5e02', // municipality
];

/**
 * The marks: ✓ verified, ◐ seen in a source, ◇ computed here, ◌ recalled. A computed figure with a
 * recalled input below it keeps the diamond but with a broken outline.
 */
export type Mark = 'verified' | 'seen' | 'computed' | 'computed_recalled' | 'recalled' | 'example';

export function isRecalled(evidence: Evidence | null): boolean {
  return evidence !== null && evidence.startsWith('recalled');
}

export function markOf(evidence: Evidence | null, origin: Figure['origin'] = 'recorded'): Mark | null {
  if (evidence === null) return null;
  if (evidence === 'example' || origin === 'recorded') return sourceMark(evidence);
  return isRecalled(evidence) ? 'computed_recalled' : 'computed';
}

/** The mark of a value that stands as it was recorded or tabulated. */
export function sourceMark(evidence: Evidence): Mark {
  if (evidence === 'example') return 'example';
  if (isRecalled(evidence)) return 'recalled';
  return evidence === 'verified' ? 'verified' : 'seen';
}
