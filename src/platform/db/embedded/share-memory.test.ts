import { describe, expect, it } from 'vitest'
import { shareMemory } from './share-memory.ts'

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
const name = (text: string) => [text.length, ...Buffer.from(text)]
const section = (id: number, body: number[]) => [id, body.length, ...body]
const importing = (count: number, body: number[]) =>
  Uint8Array.from([...header, ...section(1, [0]), ...section(2, [count, ...body]), ...section(3, [0])])

const memory = [...name('env'), ...name('memory'), 2]
/** One import of each other kind, so that each has to be passed over: function, table, global, tag. */
const others = [
  [...name('env'), ...name('call'), 0, 0x85, 1],
  [...name('env'), ...name('table'), 1, 0x70, 1, 4, 8],
  [...name('env'), ...name('base'), 3, 0x7f, 0],
  [...name('env'), ...name('tag'), 4, 0, 1],
].flat()

describe('the memory that a module imports', () => {
  it('is shared, with the maximum that shared memory must have', () => {
    const changed = shareMemory(importing(5, [...others, ...memory, 0, 3]))
    expect([...changed]).toEqual([...importing(5, [...others, ...memory, 3, 3, 0x80, 0x80, 1])])
  })

  it('keeps a maximum of its own', () => {
    const changed = shareMemory(importing(1, [...memory, 1, 3, 0x80, 0x10]))
    expect([...changed]).toEqual([...importing(1, [...memory, 3, 3, 0x80, 0x10])])
  })

  it('must be there, in a module that is whole', () => {
    expect(() => shareMemory(importing(4, others))).toThrow(/imports no memory/)
    expect(() => shareMemory(Uint8Array.from(header))).toThrow(/imports nothing/)
    expect(() => shareMemory(importing(1, [...memory, 0]).subarray(0, 22))).toThrow(TypeError)
  })
})
