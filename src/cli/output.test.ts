import { expect, test } from 'vitest'
import { formatTable, printable, wrap } from './output.ts'

test('foreign text cannot colour, move or break a line of the terminal', () => {
  expect(printable('a\u001b[31mb\u0007c\r\nd\u009b2Je')).toMatch(/^[\x20-\x7e]+$/)
  expect(printable('Übergröße 日本 – ok')).toBe('Übergröße 日本 – ok')
})

test('columns stand below each other', () => {
  expect(
    formatTable([
      ['id', 'name'],
      ['long-id', 'x'],
    ]),
  ).toEqual(['id       name', 'long-id  x'])
})

test('no line is wider than asked for, except for one word that is', () => {
  expect(wrap('one two three four', 9, '  ')).toBe('  one two\n  three\n  four')
  expect(wrap('a incomprehensibility b', 5)).toBe('a\nincomprehensibility\nb')
})

test('bold words take no more room in a line than plain ones', () => {
  expect(wrap('\u001b[1mone\u001b[22m two', 7)).toBe('\u001b[1mone\u001b[22m two')
})
