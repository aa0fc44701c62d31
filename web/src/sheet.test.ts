// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { figure, text, toCsv } from './sheet';

const missing = {
  figure: 'CN/2023/co2',
  name: 'co2',
  entity: 'CN',
  period: '2023',
  label_en: 'CO2',
  label_zh: '二氧化碳',
  value: null,
  unit: '10^4 t CO2',
  state: 'incomplete' as const,
  origin: 'computed' as const,
  at_least: 12,
  have: 1,
  want: 2,
  evidence: 'seen' as const,
  quality: null,
};

describe('export', () => {
  it('writes units, states, evidence and addresses, and leaves missing values empty', () => {
    const csv = toCsv({ name: 'x', columns: [{ title: 'Year' }, { title: 'CO2' }], rows: [[text(2023), figure(missing)]] }, 'en');
    expect(csv).toBe(
      '\uFEFFYear,CO2 (10^4 t CO2),CO2: state,CO2: evidence,CO2: figure\r\n2023,,incomplete >= 12,seen,CN/2023/co2\r\n',
    );
  });
  it('quotes commas and defuses formulas', () => {
    const csv = toCsv({ name: 'x', columns: [{ title: 'a,b' }], rows: [[text('=1+1')], [text('-3.5')], [text('say "x"')]] }, 'en');
    expect(csv).toBe('\uFEFF"a,b"\r\n\'=1+1\r\n-3.5\r\n"say ""x"""\r\n');
  });
});
