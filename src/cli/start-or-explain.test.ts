import { StartRefused } from '#platform/errors.ts'
import { expect, test } from 'vitest'
import { CommandFailure } from './failure.ts'
import { explainStart } from './start-or-explain.ts'

const settings = { host: '127.0.0.1', port: 8620, dataDir: '/srv/bulkhead' }
const withCode = (code: string, message = 'details') => Object.assign(new Error(message), { code })

test.each([
  [withCode('EADDRINUSE'), 'usage', /port 8620 is in use/],
  [withCode('EADDRNOTAVAIL'), 'usage', /127\.0\.0\.1 is not an address/],
  [withCode('EACCES'), 'usage', /\/srv\/bulkhead/],
  [withCode('ECONNREFUSED'), 'upstream', /database/],
  [withCode('28P01', 'password authentication failed'), 'upstream', /password authentication failed/],
  [new StartRefused('The data directory is in use by process 7.'), 'usage', /process 7/],
])('%s is told as something to put right', (error, kind, sentence) => {
  const explained = explainStart(error, settings)
  expect(explained).toBeInstanceOf(CommandFailure)
  expect(explained).toMatchObject({ kind, message: expect.stringMatching(sentence) })
})

test.each([new TypeError('x is undefined'), withCode('42601', 'syntax error'), 'text'])(
  '%s stays a bug and keeps its stack',
  (error) => {
    expect(explainStart(error, settings)).toBe(error)
  },
)
