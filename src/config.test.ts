import { expect, test } from 'vitest'
import { ConfigError, readConfig, settings } from './config.ts'

const byName = (a = '', b = '') => (a < b ? -1 : 1)
const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('an empty environment is a working configuration', () => {
  expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 8620, logLevel: 'info' })
  expect(readConfig({}).databaseUrl).toBeUndefined()
})

test.each(Object.entries(settings))('the default of %s is one that could be given', (name, setting) => {
  const given = setting.default === undefined ? {} : { [setting.env]: setting.default }
  expect(readConfig(given)).toEqual(readConfig({}))
  expect(setting.env).toMatch(/^BULKHEAD_[A-Z0-9_]+$/)
  expect(setting.doc, name).toMatch(/^[A-Z].*\.$/s)
})

test('every problem is named at once, each with its setting', () => {
  const problems = problemsOf({
    BULKHEAD_PORT: '70000',
    BULKHEAD_LOG_LEVEL: 'loud',
    BULKHEAD_DATABASE_URL: 'mysql://localhost',
    BULKHEAD_MAX_UPLOAD_BYTES: '1.5',
    BULKHEAD_MAX_UPLOADS_BYTES: '1',
  })
  expect(problems.map((problem) => problem.split(':')[0]).toSorted(byName)).toEqual([
    'BULKHEAD_DATABASE_URL',
    'BULKHEAD_LOG_LEVEL',
    'BULKHEAD_MAX_UPLOADS_BYTES',
    'BULKHEAD_MAX_UPLOAD_BYTES',
    'BULKHEAD_PORT',
  ])
})

test('a misspelt setting is a problem, other people’s variables are not', () => {
  expect(problemsOf({ BULKHEAD_PROT: '1' })).toEqual(['BULKHEAD_PROT: there is no such setting'])
  expect(problemsOf({ PORT: 'x', XBULKHEAD_PORT: 'x', bulkhead_port: 'x' })).toEqual([])
})

test.each(['', '0', '65535'])('the port %j is taken', (port) => {
  expect(readConfig({ BULKHEAD_PORT: port }).port).toBe(port === '' ? 8620 : Number(port))
})

test.each(['-1', '65536', '80.0', '0x50', '1e3', ' 80', '80 ', '８０', 'NaN', 'Infinity'])(
  'the port %j is refused',
  (port) => {
    expect(problemsOf({ BULKHEAD_PORT: port })).toHaveLength(1)
  },
)

test('the problem with a database address does not repeat its password', () => {
  const problems = problemsOf({ BULKHEAD_DATABASE_URL: 'postgre://user:hunter2@host/db' })
  expect(problems).toHaveLength(1)
  expect(problems.join()).not.toContain('hunter2')
})

test('ranges of addresses are kept in one form, and what is none is named', () => {
  expect(readConfig({ BULKHEAD_OUTSIDE_ALLOW: '10.0.0.7, fd00:0::/8' }).outsideAllow).toEqual([
    '10.0.0.7/32',
    'fd00::/8',
  ])
  for (const wrong of ['10.0.0.0/33', 'intranet.example', '10.0.0.0/8;10.1.0.0/16'])
    expect(problemsOf({ BULKHEAD_OUTSIDE_ALLOW: wrong })).toEqual([
      `BULKHEAD_OUTSIDE_ALLOW: must be addresses or CIDR ranges, not "${wrong}"`,
    ])
})
