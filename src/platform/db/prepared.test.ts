import { describe, expect, test } from 'vitest'
import { createNames, nothingPrepared } from './prepared.ts'

const times = (count: number, name: () => string | undefined) => Array.from({ length: count }, name)

describe('the name of a statement', () => {
  test('comes with its fifth use, and is of one role', () => {
    const nameOf = createNames()
    const [first, ...rest] = times(7, () => nameOf('a', 'select $1')).reverse()
    expect(first).toBe('bulkhead_1')
    expect(rest).toEqual(['bulkhead_1', 'bulkhead_1', undefined, undefined, undefined, undefined])
    const ofAnother = times(5, () => nameOf('b', 'select $1')).at(-1)
    expect(ofAnother).toBe('bulkhead_2')
  })

  test('is not given to statements that are built anew each time, however many there are', () => {
    const nameOf = createNames()
    for (let i = 0; i < 10_000; i++) expect(nameOf('a', `select $1 + ${i}`)).toBeUndefined()
    expect(times(5, () => nameOf('a', 'select $1')).at(-1)).toBe('bulkhead_1')
  })

  test('is given to 200 statements, and to no more', () => {
    const nameOf = createNames()
    const named = Array.from({ length: 300 }, (_, i) => times(5, () => nameOf('a', `select ${i}`)).at(-1))
    expect(named.filter((name) => name !== undefined)).toHaveLength(200)
    expect(nothingPrepared('a', 'select 0')).toBeUndefined()
  })
})
