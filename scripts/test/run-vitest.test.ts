import { expect, test } from 'vitest'
import { tallyOf } from './run-vitest.ts'

const report = (testResults: unknown[], numPassedTests = 1, numFailedTests = 0) =>
  JSON.stringify({ numPassedTests, numFailedTests, testResults })

test('counts the tests', () => {
  const files = [{ status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] }]
  expect(tallyOf(report(files, 1, 1), 1)).toEqual({ passed: 1, failed: 1 })
})

test('a file that does not load is a failure', () => {
  const files = [
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [] },
  ]
  expect(tallyOf(report(files), 1)).toEqual({ passed: 1, failed: 1 })
})

test('a run that fails without a failed test, or ends without a report, is a failure', () => {
  expect(tallyOf(report([]), 1)).toEqual({ passed: 1, failed: 1 })
  expect(tallyOf(undefined, 1)).toEqual({ passed: 0, failed: 1 })
})
