import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkTimeout, quick, startCheckedServer } from '../support/checked-server.ts'
import { withJson } from '../support/tampering-proxy.ts'

const server = await startCheckedServer()
afterAll(() => server.close())
const { bulkhead, folder, leftBehind, proxy } = server

test(
  'a leak ends it with 6, told by statement and request, and nothing is left behind',
  checkTimeout,
  async () => {
    proxy.tamperBy(async ({ path }, forward) => {
      const answer = await forward()
      return path === '/v1/search' && answer.status === 200
        ? withJson(answer, (body) => ({ ...body, total: Number(body['total']) + 1 }))
        : answer
    })
    const ended = await bulkhead(['isolation', 'check', ...quick, '--report', 'leaks'])
    proxy.tamperBy(undefined)
    expect(ended.code).toBe(6)
    expect(ended.err).toMatch(/did NOT hold.*markers: .*POST \/v1\/search .*counts 2 instead of 1/s)
    expect(ended.out).toMatch(/^FAILED +markers/m)
    expect(await readFile(join(folder, 'leaks/isolation-report.html'), 'utf8')).toContain('did NOT hold')
    expect(await leftBehind()).toEqual([])
  },
)
