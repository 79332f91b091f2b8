import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tallyOf } from './run-vitest.ts'

const report = (testResults: unknown[], numPassedTests = 1) => JSON.stringify({ numPassedTests, testResults })
const name = join(import.meta.dirname, 'some.test.ts')
const passed = { status: 'passed', fullName: 'one', failureMessages: [] }
const failed = {
  status: 'failed',
  fullName: 'another',
  failureMessages: ['expected 1 to be 2\n    at some.test.ts:3'],
}

test('counts the tests, and names those that failed with what they said', () => {
  const files = [{ name, status: 'failed', message: '', assertionResults: [passed, failed] }]
  expect(tallyOf(report(files), 1)).toEqual({
    passed: 1,
    failures: ['scripts/test/some.test.ts: another\nexpected 1 to be 2\n    at some.test.ts:3'],
  })
})

test('a file that does not load is a failure', () => {
  const files = [
    { name, status: 'failed', message: 'Cannot find module', assertionResults: [] },
    { name, status: 'passed', message: '', assertionResults: [] },
  ]
  expect(tallyOf(report(files), 1)).toEqual({
    passed: 1,
    failures: ['scripts/test/some.test.ts did not load\nCannot find module'],
  })
})

test('a run that fails without a failed test, or ends without a report, is a failure', () => {
  expect(tallyOf(report([]), 1).failures).toHaveLength(1)
  expect(tallyOf(undefined, 1)).toEqual({ passed: 0, failures: ['vitest ended with 1, and no test failed'] })
  expect(tallyOf(report([]), 0)).toEqual({ passed: 1, failures: [] })
})
