import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyVersionOf, seal, SealBroken, sealOverheadBytes, unseal } from './seal.ts'

const key = { version: 7, secret: randomBytes(32) }

test('what was sealed opens with its key in its place, and says which key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
      const sealed = seal(key, 'a/chunks/1/content', plain)
      expect(sealed.length).toBe(plain.length + sealOverheadBytes)
      expect(keyVersionOf(sealed, 'p')).toBe(7)
      expect(unseal(key, 'a/chunks/1/content', sealed)).toEqual(Buffer.from(plain))
    }),
  )
})

test('sealing the same twice gives two different texts, so equal content does not show', () => {
  expect(seal(key, 'p', Buffer.from('same'))).not.toEqual(seal(key, 'p', Buffer.from('same')))
})

test('another tenant’s key, another row, another column: nothing opens', () => {
  const sealed = seal(key, 'a/chunks/1/content', Buffer.from('secret'))
  const foreign = { version: 7, secret: randomBytes(32) }
  expect(() => unseal(foreign, 'a/chunks/1/content', sealed)).toThrow(SealBroken)
  for (const place of [
    'b/chunks/1/content',
    'a/chunks/2/content',
    'a/versions/1/content',
    'a/chunks/1/text',
  ]) {
    expect(() => unseal(key, place, sealed)).toThrow(SealBroken)
  }
})

test('a change of any byte, and any cut, is noticed', () => {
  const sealed = seal(key, 'p', Buffer.from('ninety days'))
  for (let i = 5; i < sealed.length; i++) {
    const changed = Buffer.from(sealed)
    changed[i]! ^= 1
    expect(() => unseal(key, 'p', changed)).toThrow(SealBroken)
    expect(() => unseal(key, 'p', sealed.subarray(0, i))).toThrow(SealBroken)
  }
})
