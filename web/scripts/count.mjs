// SPDX-License-Identifier: Apache-2.0
// Says how many tests passed, in the words that test/all reads.
export default class Count {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((one) => one.result().state === 'passed').length;
    console.log(`${passed} passed, ${tests.length - passed} failed`);
  }
}
