import { expect, test } from 'vitest'
import { openOutput } from '../output.ts'
import { followPieces, formatPieces } from './follow-pieces.ts'

test('shows what is done of how much, and nothing done before there is a number', () => {
  expect(formatPieces({ total: 600, left: 300, isDone: false, label: 'pieces' })).toBe(
    '████████████░░░░░░░░░░░░  50 %  300/600 pieces',
  )
  expect(formatPieces({ total: 0, left: 0, isDone: false, label: 'keys' })).toContain('  0 %  0/0 keys')
})

test('asks until it is done, and gives back the last answer', async () => {
  const answers = [3, 1, 0]
  const asked = followPieces(openOutput(true), {
    ask: () => Promise.resolve(answers.shift() ?? -1),
    describe: (left) => ({ total: 3, left, isDone: left === 0, label: 'pieces' }),
  })
  await expect(asked).resolves.toBe(0)
  expect(answers).toEqual([])
})
