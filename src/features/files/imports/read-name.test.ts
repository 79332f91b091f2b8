import { expect, test } from 'vitest'
import { nameInAnswer, nameInUrl } from './read-name.ts'

test.each([
  ['https://a.example/reports/2026/q3.pdf?download=1#page', 'q3.pdf'],
  ['https://a.example/reports/', 'reports'],
  ['https://a.example/L%C3%A4rm%20und%20Ruhe.txt', 'Lärm und Ruhe.txt'],
  ['https://a.example/100%.txt', '100%.txt'],
  ['https://a.example/..%2F..%2Fetc%2Fpasswd', 'passwd'],
  ['https://a.example', 'unnamed'],
  ['no address', 'unnamed'],
])('the address %s names %s', (url, name) => expect(nameInUrl(url)).toBe(name))

test.each([
  [undefined, undefined],
  ['inline', undefined],
  ['attachment; filename=plain.pdf', 'plain.pdf'],
  ['attachment; filename="with \\"quotes\\".pdf"; size=3', 'with "quotes".pdf'],
  [`attachment; filename="old.pdf"; filename*=UTF-8''%e2%82%ac%20new.pdf`, '€ new.pdf'],
  [`attachment; filename*=utf-8'en'a%zz.pdf`, 'a%zz.pdf'],
  ['attachment; filename="../../etc/passwd"', 'passwd'],
  ['attachment; filename=""', 'unnamed'],
])('the answer %j names %j', (disposition, name) => expect(nameInAnswer(disposition)).toBe(name))
