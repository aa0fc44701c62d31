// SPDX-License-Identifier: Apache-2.0
// The language in use and the texts in it. The language is what the address says, else what the
// reader chose before, else Chinese when the browser prefers it, else English.
import { computed, ref, watchEffect } from 'vue';
import { address, setQuery } from '../address';
import { readStorage, writeStorage } from '../theme';
import { fill, HTML_LANG, pick, type Language, type Pair } from './language';
import { messages, type MessageKey } from './messages';

export type { Language, MessageKey, Pair };

const KEY = 'heng.language';

function isLanguage(text: string | null | undefined): text is Language {
  return text === 'zh' || text === 'en';
}

const stored = readStorage(KEY);
const chosen = ref<Language | null>(isLanguage(stored) ? stored : null);

export const language = computed<Language>(() => {
  const linked = address.query.lang;
  if (isLanguage(linked)) return linked;
  if (chosen.value) return chosen.value;
  return /^zh\b/i.test(navigator.language) ? 'zh' : 'en';
});

export function switchLanguage(): void {
  const next: Language = language.value === 'zh' ? 'en' : 'zh';
  chosen.value = next;
  writeStorage(KEY, next);
  if (address.query.lang) setQuery({ lang: next }, true);
}

export function startLanguage(): void {
  watchEffect(() => {
    document.documentElement.lang = HTML_LANG[language.value];
  });
}

/** The text of a key in the current language. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return fill(pick(messages[key], language.value), values);
}

/** Text that came from the server in both languages. */
export function say(text: { zh: string; en: string } | null | undefined): string {
  return text ? text[language.value] : '';
}
