import { expect, test } from 'vitest'
import { isGrounded } from './is-grounded.ts'
import type { Told } from './put-in-words.ts'

const by = (name: string, files: number, names: string[]) => ({
  who: { type: 'user' as const, id: null, name },
  files,
  names,
})
const told: Told = {
  period: { from: '2026-11-23T09:00:00.000Z', to: '2026-11-30T09:00:00.000Z' },
  space_id: null,
  counts: { 'file.uploaded': 14 },
  added: { files: 12, by: [by('Ada', 9, ['plan 2031.pdf', 'evil.example']), by('Team 77', 3, [])] },
  changed: { files: 0, by: [] },
  removed: { files: 0, by: [] },
  failed: { files: 1, reasons: [{ reason: 'too_large', files: 1, names: ['film.pdf'] }] },
  questions: { asked: 0, unanswered: 0 },
  searches: {
    searches: 5,
    without_results: 2,
    most_searched: [{ query: 'notice of 90 days', searches: 4, without_results: 0 }],
    unanswered: [],
  },
}

test.each([
  'In the week to 30 November 2026, Ada added 9 of 12 files, among them “plan 2031.pdf”.',
  'Team 77 added three files; one could not be read: “film.pdf.”',
  'Most searched, 4 times, was "notice of 90 days"; two searches found nothing.',
  'Ada and others had a quiet week — nothing was removed.',
])('takes %s', (words) => {
  expect(isGrounded(words, told)).toBe(true)
})

test.each([
  ['a number that is not there', 'Ada added 13 files.'],
  ['such a number in a word', 'Ada added Eleven files.'],
  ['one that is only in the name of a file', 'Ada added 2031 files.'],
  ['one that is only in a name of somebody', 'Ada added 77 files.'],
  ['a round number', 'Ada added dozens of files.'],
  ['a name that is not there', 'Ada added “other.pdf”.'],
  ['an address', 'Ada added 9 files, see https://elsewhere'],
  ['an address without a scheme', 'Ada added 9 files, see evil.example for more'],
  ['an address that ends in a digit', 'Ada added 9 files, see evil1.com'],
  ['a digit of another script', 'Ada added ٧ files.'],
  ['a larger number in a word', 'Ada added twenty files.'],
  ['a character that nobody sees', 'Ada added 9 files, see evil\u200b.example'],
  ['a mailbox', 'Ada added 9 files, write to ada@evil'],
  ['a link', 'Ada added [9 files](//elsewhere).'],
  ['a picture', '![Ada](x)'],
  ['a mark of HTML', 'Ada added <b>9</b> files.'],
  ['nothing', ''],
  ['too much', 'Ada. '.repeat(1000)],
])('does not take %s', (_, words) => {
  expect(isGrounded(words, told)).toBe(false)
})
