import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function logged(level: 'trace' | 'error', write: (log: ReturnType<typeof createLog>) => void) {
  const lines: string[] = []
  write(createLog(level, { write: (line: string) => void lines.push(line) }))
  return lines.map((line): Record<string, unknown> => JSON.parse(line))
}

function databaseError() {
  const error = new DatabaseError('duplicate key value (heron)', 1, 'error')
  return Object.assign(error, {
    severity: 'ERROR',
    code: '23505',
    detail: 'Key (name)=(heron) already exists.',
    hint: 'heron',
    where: 'COPY files, line 1: "heron"',
    internalQuery: "select 'heron'",
    routine: '_bt_check_unique',
  })
}

test('of a database error its code and place are kept, and nothing that can quote a row', () => {
  const [line] = logged('error', (log) => log.error({ err: databaseError() }, 'failed'))
  expect(line).toMatchObject({ err: { code: '23505', routine: '_bt_check_unique' }, msg: 'failed' })
  expect(JSON.stringify(line)).not.toContain('heron')
  expect(line?.['err']).toHaveProperty('stack', expect.stringContaining('log.test.ts'))
})

test('of another error the message is kept, of what is no error only its type', () => {
  const [own, thrown] = logged('error', (log) => {
    log.error({ err: new TypeError('not a minted scope') }, 'bug')
    log.error({ err: 'heron' }, 'odd')
  })
  expect(own).toMatchObject({ err: { type: 'TypeError', message: 'not a minted scope' } })
  expect(thrown?.['err']).toEqual({ type: 'string' })
})

test('an error inside another one is not written down', () => {
  const [line] = logged('error', (log) =>
    log.error({ err: new Error('outer', { cause: databaseError() }) }, 'failed'),
  )
  expect(JSON.stringify(line)).not.toContain('heron')
})

test('secrets are struck out', () => {
  const headers = { authorization: 'Bearer heron', cookie: 'heron' }
  const [line] = logged('trace', (log) =>
    log.trace({ headers, key: { secret: 'heron', token: 'heron' } }, 'x'),
  )
  expect(JSON.stringify(line)).not.toContain('heron')
})

test('a line has a time and a level and says nothing of the machine', () => {
  const [line] = logged('trace', (log) => log.info('up'))
  expect(Object.keys(line ?? {}).sort()).toEqual(['level', 'msg', 'time'])
  expect(new Date(String(line?.['time'])).toISOString()).toBe(line?.['time'])
})
