import { expect, test } from 'vitest'
import { readEmail } from './read-email.ts'

test.each([
  ['Ada.Lovelace@Example.COM', 'ada.lovelace@example.com'],
  ['  ada@example.com ', 'ada@example.com'],
  ['ａｄａ@ｅｘａｍｐｌｅ．com', 'ada@example.com'],
  ['jürgen@bücher.example', 'jürgen@xn--bcher-kva.example'],
  ['ju\u0308rgen@example.com', 'jürgen@example.com'],
  ['иван@почта.рф', 'иван@xn--80a1acny.xn--p1ai'],
  ['ada+invoices@example.com', 'ada+invoices@example.com'],
])('%s is kept as %s', (text, email) => {
  expect(readEmail(text)).toBe(email)
})

test.each([
  ['a Cyrillic letter among Latin ones', '\u0430da@example.com'],
  ['a Greek letter among Latin ones', 'alph\u03b1@example.com'],
  ['an invisible character', 'a\u200bda@example.com'],
  ['a reversed direction', 'a\u202eda@example.com'],
  ['no local part', '@example.com'],
  ['no domain', 'ada@'],
  ['two dots', 'a..b@example.com'],
  ['a space', 'a b@example.com'],
  ['no at', 'ada.example.com'],
  ['a local part too long', `${'a'.repeat(65)}@example.com`],
  ['a label too long', `a@${'b'.repeat(64)}.com`],
])('%s is no address', (_, text) => {
  expect(readEmail(text)).toBeUndefined()
})

test('a domain that looks like another one is seen to be none', () => {
  expect(readEmail('ada@ex\u0430mple.com')).toBe('ada@xn--exmple-4nf.com')
})
