// SPDX-License-Identifier: Apache-2.0
// The table behind a chart: what "show as table" draws and what "export" writes. One definition, so
// that the picture, the table and the file cannot differ.
import type { Figure, Light } from './api/client';
import type { Language } from './i18n/language';
import type { Scale } from './format';

export type Cell =
  | { kind: 'text'; text: string }
  | { kind: 'number'; value: number | null; decimals?: number }
  | { kind: 'figure'; figure: Figure | null }
  | { kind: 'light'; light: Light };

export interface Column {
  title: string;
  unit?: string;
  signed?: boolean;
  decimals?: number;
  scale?: Scale;
}

export interface Sheet {
  /** Name of the exported file, without its ending. */
  name: string;
  columns: Column[];
  rows: Cell[][];
}

export function text(value: string | number): Cell {
  return { kind: 'text', text: String(value) };
}

export function figure(value: Figure | null | undefined): Cell {
  return { kind: 'figure', figure: value ?? null };
}

function quote(field: string): string {
  // A leading =, +, - or @ would be run as a formula by a spreadsheet; numbers are left alone.
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(field) ? `'${field}` : field;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

interface Heads {
  state: string;
  evidence: string;
  address: string;
}

const HEADS: Record<Language, Heads> = {
  zh: { state: '状态', evidence: '证据', address: '数据地址' },
  en: { state: 'state', evidence: 'evidence', address: 'figure' },
};

/** Values as the server gave them, in the unit of the server; each figure with state and evidence. */
export function toCsv(sheet: Sheet, language: Language): string {
  const hasFigure = sheet.columns.map((_, i) => sheet.rows.some((row) => row[i]?.kind === 'figure'));
  const heads = HEADS[language];
  const head = sheet.columns.flatMap((column, i) => {
    const unit = unitOf(sheet, i) ?? column.unit;
    const title = unit ? `${column.title} (${unit})` : column.title;
    return hasFigure[i]
      ? [title, `${column.title}: ${heads.state}`, `${column.title}: ${heads.evidence}`, `${column.title}: ${heads.address}`]
      : [title];
  });
  const rows = sheet.rows.map((row) => row.flatMap((cell, i) => cellFields(cell, hasFigure[i] ?? false)));
  return `\uFEFF${[head, ...rows].map((fields) => fields.map(quote).join(',')).join('\r\n')}\r\n`;
}

/** The unit of a column of figures; none where they differ. */
function unitOf(sheet: Sheet, column: number): string | undefined {
  const units = sheet.rows.flatMap((row) => {
    const cell = row[column];
    return cell?.kind === 'figure' && cell.figure?.unit ? [cell.figure.unit] : [];
  });
  return units.every((unit) => unit === units[0]) ? units[0] : undefined;
}

function cellFields(cell: Cell, asFigure: boolean): string[] {
  switch (cell.kind) {
    case 'text':
      return asFigure ? [cell.text, '', '', ''] : [cell.text];
    case 'light':
      return [cell.light];
    case 'number':
      return [cell.value === null ? '' : String(cell.value)];
    case 'figure': {
      const f = cell.figure;
      if (!f) return ['', '', '', ''];
      const value = f.word ?? (f.value === null ? '' : String(f.value));
      const state = f.state === 'incomplete' && f.at_least !== null ? `incomplete >= ${f.at_least}` : f.state;
      return [value, state, f.evidence ?? '', f.figure];
    }
  }
}

/** Hands a text to the reader as a file. */
export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}
