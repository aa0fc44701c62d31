// SPDX-License-Identifier: Apache-2.0
// The four lights. A light is a shape and a word before it is a colour.
import type { Light } from '../api/client';
import type { MessageKey } from '../i18n';

export const LIGHT_WORD: Record<Light, MessageKey> = {
  green: 'light.green',
  orange: 'light.orange',
  red: 'light.red',
  unknown: 'light.unknown',
};

/** The last part of the token names: --ok, --ok-ink, --ok-wash. */
export const LIGHT_TOKEN: Record<Light, string> = {
  green: 'ok',
  orange: 'warn',
  red: 'bad',
  unknown: 'unknown',
};

/** Outline of a light of half-width r around the origin. */
export function lightPath(light: Light, r: number): string {
  const round = (v: number): number => Math.round(v * 100) / 100;
  if (light === 'orange') {
    return `M0 ${round(-r * 1.12)}L${round(r * 1.16)} ${round(r * 0.9)}H${round(-r * 1.16)}Z`;
  }
  if (light === 'red') {
    const a = round(r * 0.93);
    return `M${-a} ${-a}H${a}V${a}H${-a}Z`;
  }
  const a = round(light === 'unknown' ? r * 0.9 : r);
  return `M${-a} 0A${a} ${a} 0 1 1 ${a} 0A${a} ${a} 0 1 1 ${-a} 0Z`;
}
