import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Mutation } from '../../test/mutation/mutation.ts'
import { sumUp } from './report.ts'
import type { TestRun } from './run-tests.ts'
import { tryMutation } from './try-mutation.ts'

let tree = ''
beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'bulkhead-try-'))
})
afterAll(() => rm(tree, { recursive: true }))
beforeEach(() => writeFile(join(tree, 'wall.sql'), 'force; check;'))

const mutation: Mutation = {
  guard: 'The wall stands',
  statement: 'I01',
  file: 'wall.sql',
  find: 'force;',
  replace: '',
  tests: ['wall'],
}
const says = 'the wall is missing'
const refused: Mutation = {
  ...mutation,
  atStart: { says, without: [{ file: 'wall.sql', find: ' check;', replace: '' }] },
}
const passing: TestRun = { failed: [], passed: 3, isOk: true, said: '' }
const failing: TestRun = { failed: ['wall › stands'], passed: 2, isOk: false, said: '' }
const unloaded: TestRun = { failed: [], passed: 0, isOk: false, said: `Error: ${says}` }

/** Tests that say one thing of each text that the file may have. */
const answering = (answers: Record<string, TestRun>) => async () =>
  answers[await readFile(join(tree, 'wall.sql'), 'utf8')] ?? passing

test('a guard whose loss fails a test is caught, and named by the test', async () => {
  const outcome = await tryMutation(mutation, tree, answering({ ' check;': failing }))
  expect(outcome).toEqual({ isCaught: true, by: 'wall › stands' })
})

test('a guard that nobody misses is a failure of the run', async () => {
  const outcome = await tryMutation(mutation, tree, answering({}))
  expect(outcome).toMatchObject({ isCaught: false, by: expect.stringContaining('nobody noticed') })
  const result = { ...outcome, mutation, place: 'embedded', seconds: 1 } as const
  expect(sumUp([{ ...result, isCaught: true }, result])).toEqual({ line: '1 caught, 1 missed', isOk: false })
  expect(sumUp([{ ...result, isCaught: true }])).toEqual({ line: '1 caught, 0 missed', isOk: true })
  expect(sumUp([]).isOk).toBe(false)
})

test('code that does not even load proves nothing', async () => {
  const outcome = await tryMutation(mutation, tree, answering({ ' check;': unloaded }))
  expect(outcome).toMatchObject({ isCaught: false, by: expect.stringContaining('no test failed') })
})

test('a text that is gone proves nothing', async () => {
  const gone = { ...mutation, find: 'gone' }
  await expect(tryMutation(gone, tree, answering({}))).rejects.toThrow('no longer there')
})

test('what the start refuses has to fail a test too, once the start lets it through', async () => {
  const both = answering({ ' check;': unloaded, '': failing })
  expect(await tryMutation(refused, tree, both)).toEqual({
    isCaught: true,
    by: 'at start, and wall › stands',
  })
  const onlyStart = await tryMutation(refused, tree, answering({ ' check;': unloaded }))
  expect(onlyStart.isCaught).toBe(false)
  const onlyTest = await tryMutation(refused, tree, answering({ ' check;': failing, '': failing }))
  expect(onlyTest).toMatchObject({ isCaught: false, by: expect.stringContaining('did not say') })
})
