// SPDX-License-Identifier: Apache-2.0
// What a reader downloads, packed, and the limit we keep: all of it, and what the first page needs
// before its charts. Run after the build; fails when a limit is passed.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT_ALL_KB = 330;
const LIMIT_FIRST_KB = 90;

const folder = new URL('../dist/assets/', import.meta.url);
const sizes = readdirSync(folder).map((name) => ({
  name,
  kb: gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length / 1024,
}));
const sum = (list) => list.reduce((total, one) => total + one.kb, 0);
const all = sum(sizes);
const first = sum(sizes.filter(({ name }) => !/^(engine|Explain|Rule|Region|Factor|Unknown)/.test(name)));

console.log(`packed: ${all.toFixed(0)} kB in all (limit ${LIMIT_ALL_KB}), ${first.toFixed(0)} kB before the first charts (limit ${LIMIT_FIRST_KB})`);
if (all > LIMIT_ALL_KB || first > LIMIT_FIRST_KB) process.exit(1);
