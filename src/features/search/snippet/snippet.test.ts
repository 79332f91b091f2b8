import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readConditions } from '../query/conditions.ts'
import { parseQuery } from '../query/parse-query.ts'
import { queryWords } from '../rank/query-words.ts'
import { familyOf } from '../terms/families.ts'
import { expandWords } from '../synonyms/expand.ts'
import { cutSnippet } from './cut-snippet.ts'
import { createMatcher, highlightsOf } from './find-matches.ts'

const filler = 'Lorem ipsum dolor sit amet consectetur adipiscing elit. '

function matcherOf(text: string, language: string) {
  const [query, families] = [parseQuery(text), [familyOf(language)]]
  return createMatcher(queryWords(query, families), readConditions(query, families).required)
}

function snippetOf(text: string, query: string, language = 'en') {
  const { text: snippet, highlights } = cutSnippet(text, matcherOf(query, language)(text, language))
  return { snippet, marked: highlights.map(([start, end]) => snippet.slice(start, end)) }
}

test('words are marked by their stems, stop words are not', () => {
  const { marked } = snippetOf('The agreements end. This Agreement is the end.', 'the agreement')
  expect(marked).toEqual(['agreements', 'Agreement'])
})

test('the snippet is where most different words of the query stand together', () => {
  const text = `${'notice '.repeat(20)}${filler.repeat(12)}The notice period is ninety days. ${filler.repeat(12)}`
  const { snippet, marked } = snippetOf(text, 'notice period days')
  expect(marked).toEqual(['notice', 'period', 'days'])
  expect(text).toContain(snippet)
  expect(snippet.length).toBeLessThanOrEqual(241)
  expect(snippet.length).toBeGreaterThan(150)
})

test('a snippet begins and ends between words', () => {
  const text = filler.repeat(5) + 'notice ' + filler.repeat(5)
  const { snippet } = snippetOf(text, 'notice')
  expect(` ${text} `).toContain(` ${snippet} `)
})

test('a short text is its own snippet, a text without a match shows its beginning', () => {
  expect(snippetOf('A fee.', 'fee')).toEqual({ snippet: 'A fee.', marked: ['fee'] })
  expect(snippetOf(filler.repeat(20), 'nothing').snippet.startsWith('Lorem ipsum')).toBe(true)
})

test('overlapping marks are one: pairs of characters, an identifier and its parts', () => {
  expect(snippetOf('黑豹队的防守', '黑豹队', 'zh').marked).toEqual(['黑豹队'])
  expect(snippetOf('see INV-2024/0815 now', 'inv-2024/0815').marked).toEqual(['INV-2024/0815'])
})

test('a phrase is marked as one, its stop words too, and its words are not marked elsewhere', () => {
  const text = 'Delivery was fine, the late deliveries of the year were not. Late again.'
  expect(snippetOf(text, '"late delivery of the"').marked).toEqual(['late deliveries of the'])
  expect(snippetOf(text, '"late delivery" late').marked).toEqual(['late deliveries', 'Late'])
})

test('what stands for a word is marked like it, several words in a row as one', () => {
  const bySpace = new Map([['s1', new Map([['nda', ['non disclosure agreement', 'secrecy']]])]])
  const words = expandWords(parseQuery('nda'), ['en'], bySpace)
  const text = 'The non-disclosure agreements bind; secrecy is no agreement.'
  const marks = highlightsOf(createMatcher(words)(text, 'en'))
  expect(marks.map(([start, end]) => text.slice(start, end))).toEqual([
    'non-disclosure agreements',
    'secrecy',
  ])
})

test('whatever the text, marks are ordered, apart, inside, and no character is cut in two', () => {
  const piece = fc.constantFrom('fee', ' ', '😀', '黑豹', 'e\u0301', '\n', 'fees-7/1', 'x'.repeat(90))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('')
      const matches = matcherOf('fee "7/1 fee" 黑豹', 'en')(text, 'en')
      const { text: snippet, highlights } = cutSnippet(text, matches)
      expect(text).toContain(snippet)
      expect(snippet.isWellFormed()).toBe(true)
      for (const [i, [start, end]] of highlights.entries()) {
        expect(start).toBeGreaterThanOrEqual(i === 0 ? 0 : highlights[i - 1]![1] + 1)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(snippet.length)
      }
      expect(highlightsOf(matches).length).toBeGreaterThanOrEqual(highlights.length)
      expect(matches.length > 0).toBe(highlights.length > 0)
    }),
    { numRuns: 500 },
  )
})
