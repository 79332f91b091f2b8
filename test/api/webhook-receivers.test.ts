import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { headersOf } from '../../src/features/webhooks/sign.ts'
import { startTestApp, until } from '../support/app.ts'

const guides = join(import.meta.dirname, '../../docs/guides')
const app = await startTestApp({ settings: { BULKHEAD_OUTSIDE_ALLOW: '127.0.0.1' } })
afterAll(() => app.close())

const running: ChildProcess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null) continue
    child.kill()
    await once(child, 'close')
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** @returns what it has said so far */
async function startReceiver(command: string, file: string, port: number, secret: string) {
  const said = { out: '', err: '' }
  const env = { PATH: process.env['PATH'], WEBHOOK_SECRET: secret }
  const child = spawn(command, [join(guides, file), String(port)], { env })
  running.push(child)
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (said.out += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (said.err += piece))
  await until(`${file} listens`, async () => {
    if (child.exitCode !== null) throw new Error(said.err)
    return fetch(`http://127.0.0.1:${port}/`, { method: 'POST' }).catch(() => undefined)
  })
  return said
}

const hasPython = spawnSync('python3', ['--version']).status === 0

describe.each([
  ['webhook-receiver.ts', process.execPath],
  ['webhook-receiver.py', 'python3'],
])('the receiver of the guide, %s', (file, command) => {
  test.skipIf(command === 'python3' && !hasPython)(
    'takes each message once, also while the secret changes, and nothing from anybody else',
    async () => {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}/`
      const made = await app.tenant.post<{ id: string; secret: string }>('/v1/webhooks', {
        url,
        types: ['folder.*'],
      })
      expect(made.status).toBe(201)
      const { id, secret } = made.body
      const said = await startReceiver(command, file, port, secret)
      expect((await app.tenant.post('/v1/folders', { name: `before ${file}` })).status).toBe(201)
      await until('it is taken', async () => /^\d+ folder\.created$/m.test(said.out) || undefined)
      const rotate = (overlap_seconds: number) =>
        app.tenant.post(`/v1/webhooks/${id}/rotate`, { overlap_seconds })
      const sent = async () =>
        (await app.tenant.post<{ is_delivered: boolean; status: number }>(`/v1/webhooks/${id}/test`)).body
      await rotate(60)
      expect(await sent()).toMatchObject({ is_delivered: true, status: 204 })
      await rotate(0)
      expect(await sent()).toMatchObject({ is_delivered: false, status: 401 })

      const message = { id: 'msg_1', at: new Date(), body: '{"id":7,"type":"own.test"}' }
      const post = async (changed: Partial<typeof message>, body = message.body) => {
        const headers = headersOf({ ...message, ...changed }, [secret])
        return (await fetch(url, { method: 'POST', headers, body })).status
      }
      expect([await post({}), await post({})]).toEqual([204, 204])
      expect(said.out.match(/own\.test/g)).toHaveLength(1)
      expect(await post({}, '{"id":8,"type":"own.test"}')).toBe(401)
      expect(await post({ at: new Date(Date.now() - 600_000) })).toBe(401)
      await app.tenant.delete(`/v1/webhooks/${id}`)
    },
  )
})
