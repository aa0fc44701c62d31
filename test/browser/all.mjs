// SPDX-License-Identifier: Apache-2.0
// Runs the browser tests one after the other and says how many passed.
import { startBrowser, stopBrowser, tests } from './kit.mjs';
import './look.mjs';
import './explain.mjs';
import './context.mjs';
import './regions.mjs';
import './factors.mjs';
import './states.mjs';
import './uncertainty.mjs';

const words = process.argv.slice(2);
const chosen = tests.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));

await startBrowser();
let failed = 0;
for (const { name, body } of chosen) {
  const start = Date.now();
  try {
    await body();
    console.log(`ok      ${name} (${Date.now() - start} ms)`);
  } catch (fault) {
    failed++;
    console.log(`FAILED  ${name}\n${String(fault?.stack ?? fault).replace(/^/gm, '        ')}`);
  }
}
await stopBrowser();
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
