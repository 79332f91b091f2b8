import { afterAll, expect, test } from 'vitest'
import { until } from '../support/app.ts'
import { documents, startEventCommands } from '../support/event-commands.ts'

const commands = await startEventCommands()
const { bulkhead, makeSpace } = commands
afterAll(() => commands.close())

type Alert = { id: string; name: string; status: string; threshold: number; window_seconds: number }
const alertOf = ({ out }: { out: string }) => documents<Alert>(out)[0]!

test('an alert is made, shown, changed, raised and deleted', async () => {
  const rule = ['--type', 'space.created', 'space.deleted', '--threshold', '2', '--window', '3600']
  const made = alertOf(await bulkhead(['alert', 'create', 'many spaces', ...rule, '--json']))
  expect(made).toMatchObject({ name: 'many spaces', threshold: 2, window_seconds: 3600, status: 'active' })
  expect((await bulkhead(['alert', 'list'])).out).toMatch(new RegExp(`${made.id} .*many spaces`))
  const changed = await bulkhead(['alert', 'update', made.id, '--window', '60', '--json'])
  expect(alertOf(changed)).toMatchObject({ threshold: 2, window_seconds: 60 })
  await makeSpace('one')
  await makeSpace('two')
  await until('the alert is raised', async () => {
    const { out } = await bulkhead(['events', 'list', '--type', 'alert.raised'])
    return /alert\.raised +many spaces/.test(out) || undefined
  })
  expect((await bulkhead(['alert', 'update', made.id, '--status', 'disabled'])).code).toBe(0)
  expect(alertOf(await bulkhead(['alert', 'show', made.id, '--json']))).toMatchObject({ status: 'disabled' })
  expect(documents((await bulkhead(['alert', 'delete', made.id, '--json'])).out)).toEqual([
    { deleted: made.id },
  ])
  expect((await bulkhead(['alert', 'show', made.id])).code).toBe(3)
})

test('one without a rule is a mistake', async () => {
  expect((await bulkhead(['alert', 'create', 'nothing'])).code).toBe(2)
  const half = ['--type', 'file.failed', '--threshold', 'some', '--window', '60']
  expect((await bulkhead(['alert', 'create', 'some', ...half])).code).toBe(2)
})
