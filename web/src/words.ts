// SPDX-License-Identifier: Apache-2.0
// Words for the fixed terms of the server, in the language in use.
import type { Evidence } from './api/client';
import { formatPeriod, formatRange } from './format';
import { language, t, type MessageKey } from './i18n';

export const EVIDENCE_KEYS: Record<Evidence, MessageKey> = {
  verified: 'evidence.verified',
  seen: 'evidence.seen',
  draft: 'evidence.draft',
  'recalled high': 'evidence.recalled_high',
  'recalled medium': 'evidence.recalled_medium',
  'recalled low': 'evidence.recalled_low',
  example: 'evidence.example',
};

export function evidenceText(evidence: Evidence): string {
  return t(EVIDENCE_KEYS[evidence]);
}

/** A closed range of months; whole years are written as years. */
export function validText(valid: { from: string | null; to: string | null }): string {
  const whole = (valid.from?.endsWith('-01') ?? true) && (valid.to?.endsWith('-12') ?? true);
  const cut = (month: string | null): string | null => (month === null || !whole ? month : month.slice(0, 4));
  const from = cut(valid.from);
  const to = cut(valid.to);
  if (from === null && to === null) return t('factors.always');
  if (from === null) return t('factors.open_to', { to: formatPeriod(to ?? '', language.value) });
  if (to === null) return t('factors.open_from', { from: formatPeriod(from, language.value) });
  return formatRange(from, to, language.value);
}
