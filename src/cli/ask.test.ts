import { expect, test } from 'vitest'
import { answerLines, refusalOf } from './ask.ts'

const citation = { index: 1, file_id: 'fil_1', file_name: 'contract.pdf', page: 4 }
const answered = (answer: string, quote: string) => ({
  answer,
  refused: false,
  reason: null,
  citations: [{ ...citation, quote }],
})

test('the answer comes with its markers, then each citation with file, page and quote', () => {
  const text = answerLines(answered('It takes three months [1].', '90 days’ notice'), 80).join('\n')
  expect(text).toMatch(/^It takes three months \[1\]\.\n.*\[1\].* contract\.pdf, page 4\n.*“90 days’ notice”/)
})

test('a quote that is the answer word for word is not printed twice', () => {
  const text = answerLines(answered('90 days’ notice [1]', '90 days’ notice'), 80).join('\n')
  expect(text.match(/90 days/g)).toHaveLength(1)
  expect(text).toContain('contract.pdf, page 4')
})

test('a refusal says so and why, also for a reason that is newer than this program', () => {
  expect(refusalOf('no_evidence')).toBe('No answer: nothing in these documents speaks of it (no_evidence).')
  expect(refusalOf('new_reason')).toBe('No answer: it was refused (new_reason).')
})
