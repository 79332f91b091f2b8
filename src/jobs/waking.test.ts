import { expect, test } from 'vitest'
import { setTimeout } from 'node:timers/promises'
import { createWorkers, type Due } from './waking.ts'

/** Of each kind, how often its workers were made, and for how many jobs they were woken. */
function watch(due: () => Due[]) {
  const made: string[] = []
  const woken: Due[] = []
  const failures: unknown[] = []
  let looks = 0
  const workers = createWorkers({
    employ: (queue) => {
      made.push(queue)
      return Promise.resolve((jobs: number) => void woken.push({ queue, jobs }))
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
  workers.wake([{ queue: 'read', jobs: 1 }])
  expect(made).toEqual([])
  workers.start()
  for (const jobs of [1, 2, 3]) workers.wake([{ queue: 'read', jobs }])
  const expected = {
    made: ['read'],
    woken: [
      { queue: 'read', jobs: 2 },
      { queue: 'read', jobs: 3 },
    ],
  }
  await setTimeout(1)
  expect({ made, woken }).toEqual(expected)
  await workers.stop()
  workers.wake([{ queue: 'write', jobs: 1 }])
  await setTimeout(1)
  expect({ made, woken }).toEqual(expected)
})

test('one look a time finds what others added, and a failed one is told and not the last', async () => {
  let fails = true
  const { workers, made, failures, looks } = watch(() => {
    if (fails) throw new Error('no database')
    return ['read', 'write'].map((queue) => ({ queue, jobs: 1 }))
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
