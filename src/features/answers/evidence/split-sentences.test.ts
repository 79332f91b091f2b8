import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitSentences } from './split-sentences.ts'

const sentencesOf = (text: string, language = 'en') =>
  splitSentences(text, language).map(({ start, end }) => text.slice(start, end))

test('prose is cut into sentences, across line breaks and not at abbreviations', () => {
  expect(sentencesOf('The fee is due at once,\ni.e. on receipt. See No. 7 of Sec. 3. It is final!')).toEqual([
    'The fee is due at once,\ni.e. on receipt.',
    'See No. 7 of Sec. 3.',
    'It is final!',
  ])
})

test('rows of a table, items of a list and headings stand alone, without the marks around them', () => {
  const text = '# Prices\n\n| SKU | Price |\n| --- | --- |\n| NWF-1 | 12.50 |\n\n- first item\n- second item'
  expect(sentencesOf(text)).toEqual(['Prices', 'SKU | Price', 'NWF-1 | 12.50', 'first item', 'second item'])
})

test('Chinese, Hindi and Arabic sentences end where theirs end', () => {
  expect(sentencesOf('合同期为一年。通知期为三十天。', 'zh')).toHaveLength(2)
  expect(sentencesOf('अवधि एक वर्ष है। सूचना तीस दिन की है।', 'hi')).toHaveLength(2)
  expect(sentencesOf('المدة سنة واحدة. هل الإشعار ثلاثون يوما؟ نعم.', 'ar')).toHaveLength(3)
})

test('whatever the text, spans are in order, within it, and begin and end with something to read', () => {
  const text = fc.array(fc.constantFrom('a', 'B.', ' ', '\n', '|', '- ', '# ', '。', '👍', 'e.g. '), {
    maxLength: 40,
  })
  fc.assert(
    fc.property(text, (parts) => {
      const whole = parts.join('')
      let last = 0
      for (const { start, end } of splitSentences(whole, 'und')) {
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeLessThanOrEqual(whole.length)
        expect(whole.slice(start, end)).toMatch(/^\S(.*\S)?$/su)
        last = end
      }
    }),
  )
})
