import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokenise } from './tokenise.ts'

const wordsOf = (text: string) =>
  tokenise(text)
    .filter((token) => !token.extra)
    .map((token) => token.text)
const extrasOf = (text: string) =>
  tokenise(text)
    .filter((token) => token.extra)
    .map((token) => token.text)

test('words keep their combining marks and lose case, width and ligatures', () => {
  expect(wordsOf('पैंथर्स Ｆｕｌｌ ﬁrst Ärger İstanbul ΟΔΟΣ')).toEqual([
    'पैंथर्स',
    'full',
    'first',
    'ärger',
    'istanbul',
    'οδοσ',
  ])
})

test('a soft hyphen and a zero-width joiner do not split a word, a blank does', () => {
  expect(wordsOf('Kündigungs\u00ADfrist می\u200Cخواهم a b')).toEqual(['kündigungsfrist', 'ميخواهم', 'a', 'b'])
})

test('scripts without spaces become pairs of characters, a lone character itself', () => {
  expect(wordsOf('黑豹队 年 한국어 ｶﾞｷﾞ')).toEqual(['黑豹', '豹队', '年', '한국', '국어', 'ガギ'])
  expect(wordsOf('第2024号NFL联盟')).toEqual(['第', '2024', '号', 'nfl', '联盟'])
})

test('a Thai pair is two letters with all their marks', () => {
  expect(wordsOf('ที่นี่')).toEqual(['ที่นี่'])
})

test('an identifier is found whole besides its parts', () => {
  expect(wordsOf('INV-2024/0815')).toEqual(['inv', '2024', '0815'])
  expect(extrasOf('INV-2024/0815, § 12(3), 4.2(b)(ii), 1,000.50, foo_bar.baz@x.org, 2024–01–15')).toEqual([
    'inv-2024/0815',
    '12(3)',
    '§12',
    '§12(3)',
    '4.2(b)(ii)',
    '1,000.50',
    'foo_bar.baz@x.org',
    '2024-01-15',
  ])
})

test.each([
  ['§ 12(3)', ['12', '3'], ['12(3)', '§12', '§12(3)']],
  ['§12 BGB', ['12', 'bgb'], ['§12']],
  ['C++, C# and g++.', ['c', 'c', 'and', 'g'], ['c++', 'c#', 'g++']],
  ['a+++ b## item#5 1++', ['a', 'b', 'item', '5', '1'], ['item#5']],
  ['R&D, AT&T', ['r', 'd', 'at', 't'], ['r&d', 'at&t']],
  [
    'Jo.Doe+tag@Mail.Example.co.uk',
    ['jo', 'doe', 'tag', 'mail', 'example', 'co', 'uk'],
    ['jo.doe+tag@mail.example.co.uk'],
  ],
  [
    '1,250.50 1.250,50 1\u2019250.50',
    ['1', '250', '50', '1', '250', '50', '1', '250', '50'],
    ['1,250.50', '1.250,50', '1\u2019250.50'],
  ],
  ['v2.10.3-rc.1 2.0', ['v2', '10', '3', 'rc', '1', '2', '0'], ['v2.10.3-rc.1', '2.0']],
  ['10, 20,30, 7,25', ['10', '20', '30', '7', '25'], []],
])('%s is found in parts %j and as %j', (text, words, extras) => {
  expect(wordsOf(text)).toEqual(words)
  expect(extrasOf(text)).toEqual(extras)
})

test('plain hyphenated words, lists of numbers and endless chains are no identifiers', () => {
  expect(extrasOf('well-known and/or employee(s) it’s 1,2,3')).toEqual([])
  expect(extrasOf(Array.from({ length: 40 }, (_, i) => i).join('.'))).toEqual([])
})

test('whatever the text, every token lies in it, is never empty and splits no surrogate pair', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      for (const token of tokenise(text)) {
        expect(token.text).not.toBe('')
        expect(token.start).toBeLessThan(token.end)
        expect(text.slice(token.start, token.end).isWellFormed()).toBe(true)
      }
    }),
  )
})

test('text without spaces costs no more than other text: a quadratic search would need minutes here', () => {
  for (const unit of ['a', '漢', '1.', 'a\u00AD']) {
    const before = process.cpuUsage()
    tokenise(unit.repeat(300_000))
    const { user } = process.cpuUsage(before)
    expect(user / 1e6, 'seconds of processor time').toBeLessThan(5)
  }
})
