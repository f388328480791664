/** Sums the reports of several jest runs into one line, and fails when a suite reported nothing. */
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

const totals = process.argv
  .slice(2)
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report)
  .reduce(
    (sum, report) => ({
      passed: sum.passed + report.numPassedTests,
      // A suite that could not be loaded has no tests to count, and is a failure all the same.
      failed: sum.failed + report.numFailedTests + report.numRuntimeErrorTestSuites,
      skipped: sum.skipped + report.numPendingTests + report.numTodoTests,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
