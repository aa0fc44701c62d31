// SPDX-License-Identifier: Apache-2.0
// Tells words, texts and comments of the rule language apart, for reading only.
export type PieceKind = 'keyword' | 'comment' | 'text' | 'plain';

export interface Piece {
  kind: PieceKind;
  text: string;
}

const KEYWORDS = new Set(
  ('use method list table input output parameter check source status valid for by of over when otherwise else and or not one in ' +
    'from to if so far sum product multiply min max mean all any abs elapsed length round').split(' '),
);

const TOKEN = /(#[^\n]*)|("(?:[^"\\\n]|\\.)*")|([A-Za-z_][\w]*)|([\s\S])/g;

export function highlight(source: string): Piece[] {
  const pieces: Piece[] = [];
  const push = (kind: PieceKind, text: string): void => {
    const last = pieces[pieces.length - 1];
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  for (const [whole, comment, quoted, word] of source.matchAll(TOKEN)) {
    if (comment) push('comment', whole);
    else if (quoted) push('text', whole);
    else if (word && KEYWORDS.has(word)) push('keyword', whole);
    else push('plain', whole);
  }
  return pieces;
}
