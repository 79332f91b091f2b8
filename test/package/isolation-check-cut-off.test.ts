import { afterAll, expect, test } from 'vitest'
import { until } from '../support/app.ts'
import { checkTimeout, startCheckedServer } from '../support/checked-server.ts'
import { startCommand } from '../support/run-command.ts'

const server = await startCheckedServer()
afterAll(() => server.close())
const { app, bulkhead, folder, leftBehind, settings } = server

test(
  'Ctrl-C removes what was made; after kill -9 the next one does, once it is old enough',
  checkTimeout,
  async () => {
    const stopped = startCommand(['isolation', 'check'], settings, folder)
    const ended = new Promise((resolve) => stopped.on('exit', (code, signal) => resolve({ code, signal })))
    await until('it has begun', async () => ((await leftBehind()).length > 5 ? true : undefined))
    stopped.kill('SIGINT')
    expect(await ended).toEqual({ code: 5, signal: null })
    expect(await leftBehind()).toEqual([])

    const killed = startCommand(['isolation', 'check'], settings, folder)
    const died = new Promise((resolve) => killed.on('exit', resolve))
    await until('it has begun', async () => ((await leftBehind()).length > 5 ? true : undefined))
    killed.kill('SIGKILL')
    await died
    const mine = await app.platform.post<{ id: string }>('/v1/partners', { slug: 'isolation-checkers' })

    expect((await bulkhead(['isolation', 'clean'])).out).toBe('Nothing was left.\n')
    expect((await leftBehind()).length).toBeGreaterThan(5)
    expect(await bulkhead(['isolation', 'clean', '--older-than', '0'])).toMatchObject({ code: 0, err: '' })
    expect(await leftBehind()).toEqual([])
    expect((await app.platform.get(`/v1/partners/${mine.body.id}`)).status).toBe(200)
  },
)
