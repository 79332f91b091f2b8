import { expect, test } from 'vitest'
import { createSecret, hashSecret, hintOf, isWellFormedSecret } from './secret.ts'

const secrets = Array.from({ length: 3000 }, () => createSecret('bhk'))

test('every new key is well-formed and another one', () => {
  expect(secrets.every((secret) => isWellFormedSecret('bhk', secret))).toBe(true)
  expect(new Set(secrets).size).toBe(secrets.length)
  expect(new Set(secrets.map((secret) => hashSecret(secret).toString('hex'))).size).toBe(secrets.length)
})

test('a key in which any one character differs is not well-formed', () => {
  const [secret = ''] = secrets
  for (let at = 0; at < secret.length; at++) {
    const other = secret[at] === 'x' ? 'y' : 'x'
    expect(isWellFormedSecret('bhk', secret.slice(0, at) + other + secret.slice(at + 1)), `at ${at}`).toBe(
      false,
    )
  }
})

test.each([
  (secret: string) => `${secret}0`,
  (secret: string) => secret.slice(0, -1),
  (secret: string) => ` ${secret}`,
  (secret: string) => `${secret}\n`,
  (secret: string) => secret.toUpperCase(),
  (secret: string) => secret.replace('bhk_', 'bhp_'),
  () => '',
  () => `bhk_${'0'.repeat(38)}`,
])('what was cut, lengthened or guessed is not well-formed: %s', (change) => {
  for (const secret of secrets.slice(0, 50)) expect(isWellFormedSecret('bhk', change(secret))).toBe(false)
})

test('every character is equally likely', () => {
  const counts = new Map<string, number>()
  for (const secret of secrets) for (const c of secret.slice(4, 36)) counts.set(c, (counts.get(c) ?? 0) + 1)
  const expected = (secrets.length * 32) / 62
  const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  expect(counts.size).toBe(62)
  // 61 degrees of freedom: beyond 137 lies one run in ten million. Bytes modulo 62 alone would give about 600.
  expect(chiSquare).toBeLessThan(137)
})

test('a hint shows the ends, too little to guess the rest', () => {
  const [secret = ''] = secrets
  expect(hintOf(secret)).toBe(`${secret.slice(0, 8)}…${secret.slice(-4)}`)
})

test('a secret of one kind is none of another', () => {
  expect(isWellFormedSecret('bhi', createSecret('bhi'))).toBe(true)
  expect(isWellFormedSecret('bhk', createSecret('bhi'))).toBe(false)
  expect(isWellFormedSecret('bhi', createSecret('bhk'))).toBe(false)
})
