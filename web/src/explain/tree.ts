// SPDX-License-Identifier: Apache-2.0
// The derivation as a picture: result left, inputs right, an operator on each fork. This module only
// decides which nodes are open and where the boxes stand; it changes no number.
import type { Factor, Source, TreeNode } from '../api/client';
import { isRecalled, plainLabel } from '../figure';
import { formatNumber, formatPeriod, formatQuantity, MISSING, THIN } from '../format';
import type { Language } from '../i18n/language';

export const BOX = { width: 160, gap: 30, tall: 60, low: 52, space: 6, apart: 8 };

export interface Placed {
  /** Path of child numbers from the root: "0.2.1". */
  id: string;
  node: TreeNode;
  parent: TreeNode | null;
  depth: number;
  x: number;
  y: number;
  height: number;
  open: boolean;
  /** How many nodes hang below it. */
  below: number;
}

export interface Link {
  id: string;
  path: string;
  recalled: boolean;
}

export interface Fork {
  id: string;
  x: number;
  y: number;
  sign: string;
  /** What the branch does, in full: the formula as written. */
  formula: string;
  operation: string;
}

export interface TreePicture {
  placed: Placed[];
  links: Link[];
  forks: Fork[];
  width: number;
  height: number;
}

const SIGNS: Record<string, string> = {
  sum: 'Σ',
  product: '∏',
  multiply: '×',
  divide: '÷',
  add: '+',
  subtract: '−',
  power: 'xⁿ',
  choice: '?',
  else: '∨',
  min: 'min',
  max: 'max',
  mean: 'x̄',
  call: 'ƒ',
  same: '=',
};

/** Operations that speak for all children; of the others a formula may hold several. */
const WHOLE = new Set(['sum', 'min', 'max', 'mean', 'choice', 'else', 'same']);

/** Operations of two, which the sign of one operator can only stand for when there are two. */
const OF_TWO = new Set(['subtract', 'divide', 'power']);

/**
 * The sign on a fork. A formula such as 1 - a / b / (1 + c) is one step of several operators: it gets
 * the sign of a function, and its words are the formula itself.
 */
export function operatorSign(node: TreeNode): string {
  const operators = new Set((node.formula.replace(/\[[^\]]*\]|\(-|^-/g, '').match(/[-+*/^]/g) ?? []));
  const n = node.children.length;
  const mixed = operators.size > 1 || n < 2 || (OF_TWO.has(node.operation) && n !== 2);
  if (!WHOLE.has(node.operation) && mixed) return SIGNS.call ?? '';
  if (node.operation === 'product' && operators.has('*')) return SIGNS.multiply ?? '';
  return SIGNS[node.operation] ?? node.operation.slice(0, 3);
}

/** Numbers written in a formula stand in the formula; as boxes of their own they only take room. */
export function withoutLiterals(node: TreeNode): TreeNode {
  const kept = node.children.filter((child) => child.kind !== 'literal');
  return { ...node, children: (kept.length > 0 ? kept : node.children).map(withoutLiterals) };
}

/**
 * The name of a step below its parent: the keys that the parent does not share, the label, and the
 * period where it is another one.
 */
export function nodeName(node: TreeNode, parent: TreeNode | null, language: Language): string {
  const shared = new Set(parent?.key_labels?.map((key) => key.key));
  const keys = (node.key_labels ?? []).filter((key) => !shared.has(key.key)).map((key) => plainLabel(key, language));
  const period = periodOf(node);
  const other = parent && period && periodOf(parent) && period !== periodOf(parent) ? [formatPeriod(period, language)] : [];
  return [...keys, plainLabel(node, language), ...other].join(' · ');
}

function periodOf(node: TreeNode): string {
  return node.figure.split('/')[1] ?? '';
}

export function countBelow(node: TreeNode): number {
  return node.children.reduce((n, child) => n + 1 + countBelow(child), 0);
}

export function countNodes(node: TreeNode): number {
  return 1 + countBelow(node);
}

const OPEN_ROWS = 12;

/** What is open at first: as many whole levels as fit a screen, three at most. */
export function firstOpen(root: TreeNode): Set<string> {
  const open = new Set<string>();
  let level: { id: string; node: TreeNode }[] = [{ id: '0', node: root }];
  for (let depth = 0; depth < 3; depth++) {
    const next = level.flatMap(({ id, node }) =>
      node.children.map((child, i) => ({ id: `${id}.${i}`, node: child })),
    );
    const rows = next.length + level.filter(({ node }) => node.children.length === 0).length;
    if (next.length === 0 || (depth > 0 && rows > OPEN_ROWS)) break;
    for (const { id, node } of level) if (node.children.length > 0) open.add(id);
    level = next;
  }
  return open;
}

export function layTree(root: TreeNode, open: ReadonlySet<string>): TreePicture {
  const placed: Placed[] = [];
  const links: Link[] = [];
  const forks: Fork[] = [];
  let next = 0;
  let deepest = 0;

  function place(node: TreeNode, parent: TreeNode | null, id: string, depth: number): Placed {
    deepest = Math.max(deepest, depth);
    const isOpen = open.has(id) && node.children.length > 0;
    const leaf = node.children.length === 0;
    const height = leaf && depth > 0 ? BOX.low : BOX.tall;
    const here: Placed = {
      id,
      node,
      parent,
      depth,
      x: depth * (BOX.width + BOX.gap),
      y: 0,
      height,
      open: isOpen,
      below: countBelow(node),
    };
    placed.push(here);
    if (!isOpen) {
      here.y = next;
      next += height + BOX.space;
      return here;
    }
    const start = next;
    const children = node.children.map((child, i) => place(child, node, `${id}.${i}`, depth + 1));
    const first = children[0];
    const last = children[children.length - 1];
    if (first && last) {
      here.y = (first.y + first.height / 2 + last.y + last.height / 2) / 2 - height / 2;
    }
    if (here.y < start) {
      // A tall box before a single low one would reach above its row: push the whole branch down.
      const push = start - here.y;
      for (const one of placed) if (one === here || one.id.startsWith(`${id}.`)) one.y += push;
      next += push;
    }
    next = Math.max(next, here.y + height + BOX.space) + BOX.apart;
    return here;
  }

  place(root, null, '0', 0);
  const byId = new Map(placed.map((one) => [one.id, one]));
  for (const one of placed) {
    if (!one.open) continue;
    const x1 = one.x + BOX.width;
    const y1 = one.y + one.height / 2;
    const middle = x1 + BOX.gap / 2;
    one.node.children.forEach((child, i) => {
      const to = byId.get(`${one.id}.${i}`);
      if (!to) return;
      const y2 = to.y + to.height / 2;
      links.push({
        id: to.id,
        path: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${to.x} ${y2}`,
        recalled: isRecalled(child.evidence),
      });
    });
    const { operation, formula } = one.node;
    if (operation) forks.push({ id: one.id, x: middle - 4, y: y1, sign: operatorSign(one.node), formula, operation });
  }
  return {
    placed,
    links,
    forks,
    // Room for the count at the right edge of a closed branch.
    width: (deepest + 1) * BOX.width + deepest * BOX.gap + (placed.some((one) => !one.open && one.below > 0) ? 30 : 0),
    height: Math.max(...placed.map((one) => one.y + one.height)),
  };
}

/** The value of a step, in words where it is a word. */
export function nodeText(node: TreeNode, language: Language): string {
  const word = language === 'zh' ? node.word_zh : node.word_en;
  if (word || node.word) return word || node.word || '';
  const part = node.state === 'incomplete' ? node.at_least : null;
  const value = node.value ?? part;
  if (value === null) return node.state === 'not_in_force' ? '' : MISSING;
  if (node.kind === 'literal' && Number.isInteger(value)) return formatNumber(value, { decimals: 0 });
  const written = formatQuantity(value, node.unit, language);
  const space = written.unit === '' || written.unit === '%' ? '' : THIN;
  return `${node.value === null ? '≥ ' : ''}${written.number}${space}${written.unit}`;
}

/** Solid, dashed for recalled, hatched for absent. */
export function nodeLook(node: TreeNode): 'solid' | 'recalled' | 'absent' {
  if (node.kind === 'absent') return 'absent';
  const input = node.kind === 'fact' || node.kind === 'cell' || node.kind === 'literal';
  return input && isRecalled(node.evidence) ? 'recalled' : 'solid';
}

/** Every document that the derivation leans on, each once, in the order of the tree. */
export function sourcesOf(root: TreeNode): Source[] {
  const found = new Map<string, Source>();
  const keep = (source: Source | undefined): void => {
    if (!source || (!source.code && !source.title)) return;
    const key = source.code || source.title;
    if (!found.has(key)) found.set(key, source);
  };
  const walk = (node: TreeNode): void => {
    keep(node.fact?.source);
    keep((node.row as Factor | null)?.source);
    node.children.forEach(walk);
  };
  walk(root);
  return [...found.values()];
}
