// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { highlight } from './highlight';

it('tells words, texts and comments apart and loses nothing', () => {
  const source = 'output co2 : 10^4 t CO2 "CO2" = sum(a over b)  # all of it\n"open';
  const pieces = highlight(source);
  expect(pieces.map((piece) => piece.text).join('')).toBe(source);
  expect(pieces.filter((piece) => piece.kind === 'keyword').map((piece) => piece.text)).toEqual(['output', 'sum', 'over']);
  expect(pieces.find((piece) => piece.kind === 'comment')?.text).toBe('# all of it');
  expect(pieces.find((piece) => piece.kind === 'text')?.text).toBe('"CO2"');
});
