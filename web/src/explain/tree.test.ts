// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../api/client';
import { BOX, countNodes, firstOpen, layTree, nodeLook, nodeName, nodeText, operatorSign, sourcesOf, withoutLiterals } from './tree';

function node(over: Partial<TreeNode> & { children?: TreeNode[] }): TreeNode {
  return {
    kind: 'fact',
    figure: '',
    label_en: 'x',
    label_zh: 'x',
    operation: '',
    formula: '',
    note: '',
    value: 1,
    unit: '%',
    state: 'known',
    at_least: null,
    have: 1,
    want: 1,
    evidence: 'seen',
    quality: null,
    fact: null,
    row: null,
    rule: null,
    hash: '',
    children: [],
    ...over,
  };
}

const wide = (n: number): TreeNode => node({ kind: 'rule', operation: 'sum', children: Array.from({ length: n }, () => node({})) });

describe('the tree picture', () => {
  it('never lets two boxes of a column overlap', () => {
    const root = node({ kind: 'rule', operation: 'divide', children: [wide(1), wide(4), node({}), wide(2)] });
    const picture = layTree(root, firstOpen(root));
    expect(picture.placed).toHaveLength(countNodes(root));
    for (const a of picture.placed) {
      for (const b of picture.placed) {
        if (a === b || a.depth !== b.depth) continue;
        expect(a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
      }
    }
    expect(picture.width).toBe(3 * BOX.width + 2 * BOX.gap);
  });
  it('stands a result between its inputs and puts the operator on the fork', () => {
    const root = wide(3);
    const picture = layTree(root, firstOpen(root));
    const [top, first, , last] = picture.placed;
    expect(top && top.y + top.height / 2).toBe(first && last && (first.y + last.y + BOX.low) / 2);
    expect(picture.forks.map((fork) => fork.sign)).toEqual(['Σ']);
  });
  it('opens whole levels while they fit, the first always', () => {
    const root = node({ kind: 'rule', children: [wide(20), wide(20)] });
    expect([...firstOpen(root)]).toEqual(['0']);
    expect([...firstOpen(wide(40))]).toEqual(['0']);
    expect([...firstOpen(node({ children: [wide(2), wide(2)] }))]).toEqual(['0', '0.0', '0.1']);
  });
  it('draws closed branches as one box', () => {
    const root = node({ kind: 'rule', children: [wide(5)] });
    const picture = layTree(root, new Set(['0']));
    expect(picture.placed.map((one) => [one.open, one.below])).toEqual([[true, 6], [false, 5]]);
  });
});

describe('the sign on a fork', () => {
  const sign = (operation: string, formula: string, n = 2): string =>
    operatorSign(node({ operation, formula, children: Array.from({ length: n }, () => node({})) }));
  it('is that of the one operator', () => {
    expect(sign('divide', 'co2 / gdp')).toBe('÷');
    expect(sign('product', 'energy_of[basis, fuel] * co2_per_tce[fuel]')).toBe('×');
    expect(sign('product', 'product(1 - cut over year)')).toBe('∏');
    expect(sign('sum', 'sum(a - b over c)', 4)).toBe('Σ');
    expect(sign('subtract', 'cut - due')).toBe('−');
  });
  it('is that of a function where several operators meet, or only the sign is turned', () => {
    expect(sign('subtract', '1 - co2 / co2_last_year / (1 + growth)', 3)).toBe('ƒ');
    expect(sign('call', '-annual_cut', 1)).toBe('ƒ');
    expect(sign('subtract', '1 - multiply(1 - annual_cut over year of plan so far)', 5)).toBe('ƒ');
  });
});

describe('a step', () => {
  it('leaves the numbers of a formula in the formula', () => {
    const one = node({ kind: 'literal' });
    const root = node({ children: [one, node({ children: [one] })] });
    expect(withoutLiterals(root).children).toHaveLength(1);
    expect(withoutLiterals(root).children[0]?.children).toHaveLength(1);
  });
  it('is named by what its parent does not say already', () => {
    const label = (key: string) => ({ key, label_en: key, label_zh: key });
    const parent = node({ figure: 'CN/2025/co2_on[census_4]', key_labels: [label('census_4')] });
    const child = node({
      figure: 'CN/2024/co2_of[census_4,coal]',
      label_en: 'CO2 by fuel',
      key_labels: [label('census_4'), label('coal')],
    });
    expect(nodeName(child, parent, 'en')).toBe('coal · CO₂ by fuel · 2024');
    expect(nodeName(child, null, 'en')).toBe('census_4 · coal · CO₂ by fuel');
  });
  it('is written with its unit, as a part, or as missing', () => {
    expect(nodeText(node({ value: 61.7, unit: '10^8 tce' }), 'zh')).toBe('61.7\u2060\u2009\u2060亿\u00a0tce');
    expect(nodeText(node({ value: null, state: 'incomplete', at_least: 3, unit: '%' }), 'en')).toBe('≥ 3.0%');
    expect(nodeText(node({ value: null, state: 'unknown' }), 'en')).toBe('—');
    expect(nodeText(node({ value: null, word: 'green' }), 'en')).toBe('green');
  });
  it('is dashed when recalled and hatched when absent', () => {
    expect(nodeLook(node({ evidence: 'recalled high' }))).toBe('recalled');
    expect(nodeLook(node({ kind: 'rule', evidence: 'recalled high' }))).toBe('solid');
    expect(nodeLook(node({ kind: 'absent', evidence: null }))).toBe('absent');
  });
  it('lists each source once', () => {
    const source = { code: 'CX', title: 'Communique', publisher: '', published: '', where: '', licence: '' };
    const fact = { text: '1', unit: '%', quality: 'reported' as const, recorded: '', note: '', uncertainty: '', source };
    expect(sourcesOf(node({ children: [node({ fact }), node({ fact })] }))).toEqual([source]);
  });
});
