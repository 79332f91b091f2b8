import { expect, test } from 'vitest'
import { mutations } from '../../test/mutation/all.ts'
import { statements } from '../../test/mutation/mutation.ts'
import { findStaleMutations } from '../check/stale-mutations.ts'

test('every statement has a guard that is broken on purpose', () => {
  const covered = new Set(mutations.map(({ statement }) => statement))
  expect(Object.keys(statements).filter((statement) => !covered.has(statement as never))).toEqual([])
})

test('no two guards read alike, and each names who has to notice', () => {
  const guards = mutations.map(({ guard }) => guard)
  expect(guards.filter((guard, i) => guards.indexOf(guard) !== i)).toEqual([])
  expect(mutations.filter(({ tests }) => tests.length === 0)).toEqual([])
})

test('each still fits the text that it breaks', async () => {
  expect(await findStaleMutations()).toEqual({ ok: true, output: '' })
})
