import { InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import { highlight, placeOf, spacesOf, wholeNumber } from './search.ts'

const mark = (text: string) => `<${text}>`

test('exactly the stretches that the server names are marked', () => {
  expect(
    highlight(
      'notice of 90 days',
      [
        [0, 6],
        [10, 12],
      ],
      mark,
    ),
  ).toBe('<notice> of <90> days')
  expect(highlight('whole', [[0, 5]], mark)).toBe('<whole>')
  expect(highlight('none', [], mark)).toBe('none')
})

test('a document cannot steer the terminal through its snippet', () => {
  expect(highlight('a\u001b[2Jb c', [[6, 7]], mark)).not.toContain('\u001b')
})

test('a page is named where the file has pages', () => {
  expect(placeOf({ file_name: 'contract.pdf', page: 4 })).toBe('contract.pdf, page 4')
  expect(placeOf({ file_name: 'guide.md', page: null })).toBe('guide.md')
})

test('* asks for every space only when it stands alone', () => {
  expect(spacesOf({})).toEqual({})
  expect(spacesOf({ space: ['*'] })).toEqual({ spaces: '*' })
  expect(spacesOf({ space: ['a', '*'] })).toEqual({ spaces: ['a', '*'] })
})

test.each(['abc', '-1', '1.5', '', '99999999999'])('"%s" is not taken for a number', (text) => {
  expect(() => wholeNumber(text)).toThrow(InvalidArgumentError)
})
