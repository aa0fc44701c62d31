// SPDX-License-Identifier: Apache-2.0
// Light or dark: what the address says, else what the reader chose before, else the system.
import { computed, ref, watchEffect } from 'vue';
import { address, setQuery } from './address';

export type Theme = 'light' | 'dark';

const KEY = 'heng.theme';

function isTheme(text: string | null | undefined): text is Theme {
  return text === 'light' || text === 'dark';
}

const system = window.matchMedia('(prefers-color-scheme: dark)');
const systemDark = ref(system.matches);
system.addEventListener('change', (event) => (systemDark.value = event.matches));

const chosen = ref(remembered());

function remembered(): Theme | null {
  const text = readStorage(KEY);
  return isTheme(text) ? text : null;
}

export const theme = computed<Theme>(() => {
  const linked = address.query.theme;
  if (isTheme(linked)) return linked;
  return chosen.value ?? (systemDark.value ? 'dark' : 'light');
});

export function toggleTheme(): void {
  const next: Theme = theme.value === 'dark' ? 'light' : 'dark';
  chosen.value = next;
  writeStorage(KEY, next);
  if (address.query.theme) setQuery({ theme: next }, true);
}

export function startTheme(): void {
  watchEffect(() => (document.documentElement.dataset.theme = theme.value));
}

/** Storage may be refused (private windows, policies); a preference is then simply not kept. */
export function readStorage(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function writeStorage(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    return;
  }
}
