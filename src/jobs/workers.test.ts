import { expect, test } from 'vitest'
import { setTimeout } from 'node:timers/promises'
import { createWorkers } from './workers.ts'

/** Of each kind, how often its workers were made and woken. */
function watch(due: () => string[]) {
  const made: string[] = []
  const woken: string[] = []
  const failures: unknown[] = []
  let looks = 0
  const workers = createWorkers({
    employ: (queue) => {
      made.push(queue)
      return Promise.resolve(() => woken.push(queue))
    },
    findDue: () => {
      looks++
      return Promise.resolve().then(due)
    },
    pollingMs: 10,
    onError: (error) => failures.push(error),
  })
  return { workers, made, woken, failures, looks: () => looks }
}

test('workers of a kind are made with its first job, once, and woken with each further one', async () => {
  const { workers, made, woken } = watch(() => [])
  workers.wake(['read'])
  expect(made).toEqual([])
  workers.start()
  for (let i = 0; i < 3; i++) workers.wake(['read'])
  await setTimeout(1)
  expect({ made, woken }).toEqual({ made: ['read'], woken: ['read', 'read'] })
  await workers.stop()
  workers.wake(['read', 'write'])
  await setTimeout(1)
  expect({ made, woken }).toEqual({ made: ['read'], woken: ['read', 'read'] })
})

test('one look a time finds what others added, and a failed one is told and not the last', async () => {
  let fails = true
  const { workers, made, failures, looks } = watch(() => {
    if (fails) throw new Error('no database')
    return ['read', 'write']
  })
  workers.start()
  workers.start()
  await expect.poll(() => failures.length).toBeGreaterThan(1)
  fails = false
  await expect.poll(() => made).toEqual(['read', 'write'])
  await workers.stop()
  const before = looks()
  await setTimeout(50)
  expect(looks()).toBe(before)
})
