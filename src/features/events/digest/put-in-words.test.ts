import { expect, test } from 'vitest'
import { putInWords } from './put-in-words.ts'

const none = { files: 0, by: [] }
const empty = {
  period: { from: '2026-11-23T09:00:00.000Z', to: '2026-11-30T09:00:00.000Z' },
  space_id: null,
  counts: {},
  added: none,
  changed: none,
  removed: none,
  failed: { files: 0, reasons: [] },
  questions: { asked: 0, unanswered: 0 },
  searches: null,
}
const by = (name: string | null, files: number, names: (string | null)[]) => ({
  who: { type: 'user' as const, id: null, name },
  files,
  names,
})

test('says nothing of what did not happen', () => {
  expect(putInWords(empty, 'week')).toBe('In the week to 30 November 2026, no files were added.')
  expect(putInWords(empty, undefined)).toBe('From 23 November 2026 to 30 November 2026, no files were added.')
})

test('says one sentence for each kind of thing that happened', () => {
  const words = putInWords(
    {
      ...empty,
      added: { files: 6, by: [by('Ada', 5, ['e', 'd', 'c', 'b', 'a']), by(null, 1, ['f'])] },
      changed: { files: 1, by: [by(null, 1, ['g'])] },
      removed: { files: 2, by: [by('Ada', 2, [null, null])] },
      failed: { files: 1, reasons: [{ reason: 'too_large', files: 1, names: ['h'] }] },
      questions: { asked: 3, unanswered: 1 },
      searches: {
        searches: 1,
        without_results: 1,
        most_searched: [{ query: 'i', searches: 1, without_results: 1 }],
        unanswered: [{ query: 'i', searches: 1, without_results: 1 }],
      },
    },
    'day',
  )
  expect(words.split(/(?<=\.) /)).toEqual([
    'In the day to 30 November 2026, 6 files were added: 5 by Ada: “e”, “d”, “c” and 2 more; 1 by others: “f”.',
    '1 file was changed: “g”.',
    'Ada removed 2 files.',
    '1 file could not be read: “h” (too large).',
    '1 search was made, 1 of them without a result; most searched: “i” (1).',
    'Nothing was found for “i” (1).',
    '1 of 3 questions stayed without an answer.',
  ])
})

test('keeps what others wrote on one line, and short', () => {
  const added = { files: 1, by: [by('A\nda', 1, [`${'x'.repeat(100)}\u2028`])] }
  const words = putInWords({ ...empty, added }, 'week')
  expect(words).toContain(`A da added 1 file: “${'x'.repeat(59)}…”.`)
})
