// SPDX-License-Identifier: Apache-2.0
// The two languages of the interface and the shape of a bilingual text.
export type Language = 'zh' | 'en';

/** Both texts, side by side: Chinese first. */
export type Pair = readonly [zh: string, en: string];

export const HTML_LANG: Record<Language, string> = { zh: 'zh-CN', en: 'en' };

export function pick(pair: Pair, language: Language): string {
  return language === 'zh' ? pair[0] : pair[1];
}

/** Puts named values into a text: "{n} regions" with { n: 30 }. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    return value === undefined ? hole : String(value);
  });
}
