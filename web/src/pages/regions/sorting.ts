// SPDX-License-Identifier: Apache-2.0
// Sorting of the ranking. A region without a figure has no rank and stays at the end both ways.
import type { Regions } from '../../api/client';
import { nameOf } from '../../figure';
import type { Language } from '../../i18n/language';

export type SortColumn = 'name' | 'rank' | 'value';

export interface Sort {
  column: SortColumn;
  down: boolean;
}

const DEFAULT: Sort = { column: 'rank', down: false };

export function parseSort(text: string | undefined): Sort {
  const match = /^(-?)(name|rank|value)$/.exec(text ?? '');
  return match ? { column: match[2] as SortColumn, down: match[1] === '-' } : DEFAULT;
}

/** A second click turns the order round; values start with the largest. */
export function writeSort(column: SortColumn, now: Sort): string {
  const down = now.column === column ? !now.down : column === 'value';
  return `${down ? '-' : ''}${column}`;
}

type Row = Regions['rows'][number];

export function sortRows(rows: readonly Row[], sort: Sort, language: Language): Row[] {
  const collator = new Intl.Collator(language === 'zh' ? 'zh-Hans-u-co-pinyin' : 'en');
  const direction = sort.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (sort.column === 'name') {
      return direction * collator.compare(nameOf(a.entity, language), nameOf(b.entity, language));
    }
    const left = sort.column === 'rank' ? a.rank : a.figure.value;
    const right = sort.column === 'rank' ? b.rank : b.figure.value;
    if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0);
    return direction * (left - right);
  });
}
