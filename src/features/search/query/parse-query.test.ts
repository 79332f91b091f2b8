import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery, plainQuery, wantedText } from './parse-query.ts'

const read = (text: string) => {
  const { wanted, excluded } = parseQuery(text)
  return {
    words: wanted.flatMap((part) => (part.isPhrase ? [] : [part.text.trim()])),
    phrases: wanted.flatMap((part) => (part.isPhrase ? [part.text] : [])),
    excluded,
  }
}

test.each([
  ['late delivery', ['late delivery'], [], []],
  ['fee "late delivery" notice', ['fee', 'notice'], ['late delivery'], []],
  ['fee -draft -"first version"', ['fee'], [], ['draft', 'first version']],
  ['-INV-2024/0815 -12(3) fee', ['fee'], [], ['INV-2024/0815', '12(3)']],
  ['“late delivery” „in Verzug“ «en retard»', [], ['late delivery', 'in Verzug', 'en retard'], []],
  ['("late delivery")', ['(', ')'], ['late delivery'], []],
])('%s', (text, words, phrases, excluded) => {
  expect(read(text)).toEqual({ words, phrases, excluded })
})

test.each(['5" pipe', '5" x 6" pipe', 'well-known', 'a - b', '- a', '--draft', '"late delivery', 'late" -'])(
  'in %s no sign has a meaning',
  (text) => {
    expect(read(text)).toEqual({ words: [text], phrases: [], excluded: [] })
  },
)

test.each([
  'Who wrote "The Trial"?',
  'Welche Gruppen und -organisationen?',
  '谁写了《审判》 -x？',
  'ποιος "έγραψε"; ',
])('the question %s has no signs', (text) => {
  expect(parseQuery(text)).toEqual(plainQuery(text))
})

test('quotes around nothing are nothing', () => {
  expect(parseQuery('"" "  " -"" «»')).toEqual({ wanted: [], excluded: [''] })
})

test('what is excluded is not what the query is about', () => {
  expect(wantedText(parseQuery('fee -draft "late  delivery" -"a b"'))).toBe('fee late  delivery')
  expect(wantedText(parseQuery('-draft'))).toBe('')
})

test('whatever the text, each part of it is wanted or excluded, and none twice', () => {
  const piece = fc.constantFrom('"', '-', ' ', 'a', 'fee', '«', '”', '\u0000', '\ud800', '(', '.*+?', '\n')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      const { wanted, excluded } = parseQuery(text)
      const letters = (some: string) => some.replace(/[^a-z]/g, '').length
      const parts = [...wanted.map((part) => part.text), ...excluded].join(' ')
      expect(letters(parts)).toBe(letters(text))
    }),
  )
})
