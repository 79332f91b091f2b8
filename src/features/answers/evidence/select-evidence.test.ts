import { expect, test } from 'vitest'
import { type Passage, selectEvidence } from './select-evidence.ts'

/** A passage whose words are found by plain search; the question's words are numbered in order. */
function passage(text: string, words: string[], heading = ''): Passage {
  const matches = words.flatMap((word, number) => {
    const start = text.indexOf(word)
    return start < 0 ? [] : [{ start, end: start + word.length, word: number }]
  })
  const headingWords = new Set(words.keys().filter((number) => heading.includes(words[number] ?? '')))
  return { text, language: 'en', matches, headingWords }
}

const quotesOf = (weights: number[], passages: Passage[]) =>
  selectEvidence(weights, passages).map(({ passage: i, start, end }) => passages[i]?.text.slice(start, end))

test('the sentence that carries most of the weight is quoted, wherever it stands', () => {
  const words = ['notice', 'period', 'lease']
  const passages = [
    passage('A lease is signed. Rent is due.', words),
    passage('Rent is due monthly. The notice period is ninety days.', words),
  ]
  expect(quotesOf([3, 2, 1], passages)[0]).toBe('The notice period is ninety days.')
})

test('a further sentence is quoted only for weight that the first lacks', () => {
  const words = ['notice', 'fee']
  const text = 'The notice is ninety days. The notice is written. The fee is ten euros.'
  expect(quotesOf([2, 2], [passage(text, words)])).toEqual([
    'The notice is ninety days.',
    'The fee is ten euros.',
  ])
})

test('a word of the heading counts for its sentences, but less than one of their own', () => {
  const words = ['termination', 'days']
  const under = selectEvidence([1, 1], [passage('It takes ninety days.', words, 'termination')])
  const alone = selectEvidence([1, 1], [passage('It takes ninety days.', words)])
  const full = selectEvidence([1, 1], [passage('On termination it takes ninety days.', words)])
  expect(alone[0]?.strength).toBe(0.5)
  expect(under[0]?.strength).toBeGreaterThan(0.5)
  expect(full[0]?.strength).toBe(1)
})

test('nothing is evidence for a question of which no sentence has a word, or that only asks', () => {
  const unrelated = passage('Rent is due monthly.', ['astronaut'])
  expect(selectEvidence([5], [unrelated])).toEqual([])
  expect(selectEvidence([0], [passage('What is due?', ['What'])])).toEqual([])
  expect(selectEvidence([5], [])).toEqual([])
})
