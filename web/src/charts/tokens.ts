// SPDX-License-Identifier: Apache-2.0
// The design tokens as values, for the charts: they draw outside the reach of style sheets.
const NAMES = [
  'surface', 'sunk', 'line', 'line-2', 'grid', 'ink', 'ink-2', 'ink-3', 'accent', 'brass', 'brass-line',
  'total', 'total-wash', 'intensity', 'intensity-wash', 'ok', 'warn', 'bad', 'unknown',
  'cat-1', 'cat-1-text', 'cat-2', 'cat-3', 'cat-4', 'cat-5', 'cat-6', 'cat-7', 'hatch-a', 'hatch-b', 'up', 'down',
  'font',
] as const;
export type Token = (typeof NAMES)[number];
export type Tokens = Record<Token, string>;

export function readTokens(): Tokens {
  const style = getComputedStyle(document.documentElement);
  const tokens = {} as Tokens;
  for (const name of NAMES) tokens[name] = style.getPropertyValue(`--${name}`).trim();
  return tokens;
}
