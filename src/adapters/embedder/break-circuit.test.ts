import { expect, test } from 'vitest'
import { breakCircuit } from './break-circuit.ts'
import { type Embedder, ModelError, type Purpose } from './port.ts'

const signal = new AbortController().signal

/** An embedder that fails as it is told to, on a clock that is moved by hand. */
function failing() {
  const state = { nowMs: 0, asked: 0, error: undefined as Error | undefined, rests: [] as number[] }
  const inner: Embedder = {
    id: 'e',
    width: 1,
    isRemote: true,
    isInstant: false,
    leastCosine: 0,
    shareOf: () => 1,
    async embed() {
      state.asked++
      if (state.error) throw state.error
      return { vectors: new Int8Array(1), scales: new Float32Array(1) }
    },
  }
  const onOpen = (_: Purpose, __: ModelError, restMs: number) => void state.rests.push(restMs)
  const embedder = breakCircuit(inner, { now: () => state.nowMs, onOpen })
  const ask = (purpose: Purpose = 'query') =>
    embedder.embed(['x'], signal, purpose).then(
      () => 'answered',
      (error: Error) => error.message,
    )
  return { state, ask }
}

const down = new ModelError('unavailable', 'down')
const leftAlone = expect.stringContaining('left alone')

test('an embedder that is down costs three queries their time, and the others nothing', async () => {
  const { state, ask } = failing()
  state.error = down
  for (let i = 0; i < 3; i++) expect(await ask()).toBe('down')
  for (let i = 0; i < 100; i++) expect(await ask()).toEqual(leftAlone)
  expect(state.asked).toBe(3)
})

test('after a rest one query tries whether it is back; each failure makes the rest longer, up to a minute', async () => {
  const { state, ask } = failing()
  state.error = down
  for (let i = 0; i < 3; i++) await ask()
  for (let i = 0; i < 8; i++) {
    state.nowMs += state.rests.at(-1)!
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['down', leftAlone, leftAlone])
  }
  expect(state.rests).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 60_000])
  state.error = undefined
  expect(await ask()).toEqual(leftAlone)
  state.nowMs += 60_000
  expect(await ask()).toBe('answered')
  expect(await Promise.all([ask(), ask()])).toEqual(['answered', 'answered'])
})

test('a refused text and a caller who goes away say nothing about the embedder', async () => {
  const { state, ask } = failing()
  for (const error of [new ModelError('rejected', 'no'), new Error('gone')]) {
    state.error = error
    for (let i = 0; i < 5; i++) expect(await ask()).toBe(error.message)
  }
  state.error = undefined
  expect(await ask()).toBe('answered')
})

test('a trial that is refused or left ends the rest: the next one is not held up for ever', async () => {
  const { state, ask } = failing()
  state.error = down
  for (let i = 0; i < 3; i++) await ask()
  state.nowMs += 5000
  state.error = new Error('gone')
  expect(await ask()).toBe('gone')
  state.error = undefined
  expect(await ask()).toBe('answered')
})

test('documents that are refused leave queries alone', async () => {
  const { state, ask } = failing()
  state.error = down
  for (let i = 0; i < 4; i++) await ask('document')
  state.error = undefined
  expect(await ask('document')).toEqual(leftAlone)
  expect(await ask('query')).toBe('answered')
})
