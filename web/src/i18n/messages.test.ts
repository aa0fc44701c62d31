// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { fill } from './language';
import { messages } from './messages';

const entries = Object.entries(messages);
const files: Record<string, string> = import.meta.glob('../**/*.{ts,vue}', { query: '?raw', eager: true, import: 'default' });
const sources = Object.entries(files).filter(([path]) => !path.endsWith('.test.ts'));

describe('messages', () => {
  it('are all written in both languages', () => {
    for (const [key, [zh, en]] of entries) {
      expect(zh.trim(), key).not.toBe('');
      expect(en.trim(), key).not.toBe('');
      expect(en, key).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('have the same holes in both', () => {
    const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{\w+\}/g)].map((m) => m[0]))].sort();
    for (const [key, [zh, en]] of entries) expect(holes(zh), key).toEqual(holes(en));
  });

  it('follow the Chinese copy rules: full-width marks, a space between Han and Latin, none before %', () => {
    for (const [key, [zh]] of entries) {
      expect(zh, key).not.toMatch(/\p{Script=Han}[,;:!?]/u);
      expect(zh, key).not.toMatch(/\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u);
      expect(zh, key).not.toMatch(/\d\s%/);
    }
  });

  it('are all used somewhere', () => {
    const code = sources
      .filter(([path]) => !path.endsWith('messages.ts'))
      .map(([, text]) => text)
      .join('\n');
    const built = [/^evidence\./, /^op\./, /^explain\.kind_/, /^search\.(region|figure|factor|rule)$/, /^explain\.quality_/, /^legend\./, /^nav\./];
    const unused = entries
      .map(([key]) => key)
      .filter((key) => !built.some((pattern) => pattern.test(key)) && !code.includes(`'${key}'`));
    expect(unused).toEqual([]);
  });

  it('are the only place for texts: no Han character in other files', () => {
    const spoken = sources
      .filter(([path]) => !/messages\.ts$|format\.ts$|sheet\.ts$|client\.ts$/.test(path))
      .filter(([, text]) => /\p{Script=Han}/u.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, '')))
      .map(([path]) => path);
    expect(spoken).toEqual([]);
  });

  it('have their holes filled', () => {
    expect(fill('{a} of {b}', { a: 1, b: 2 })).toBe('1 of 2');
    expect(fill('{a}', {})).toBe('{a}');
  });
});
