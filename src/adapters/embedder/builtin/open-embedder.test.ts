import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import type { Embedder } from '../port.ts'
import { openBuiltinEmbedder } from './open-embedder.ts'
import { readModel } from './read-model.ts'
import { createSplitter } from './split-pieces.ts'

const model = fileURLToPath(new URL('../../../../models/static-256', import.meta.url))
let embedder: Embedder
beforeAll(async () => {
  embedder = await openBuiltinEmbedder(model)
})

const signal = new AbortController().signal
const embed = (...texts: string[]) => embedder.embed(texts, signal, 'document')

/** The vectors as numbers of full width. */
async function vectorsOf(...texts: string[]): Promise<number[][]> {
  const { vectors, scales } = await embed(...texts)
  const { width } = embedder
  return texts.map((_, n) =>
    Array.from(vectors.subarray(n * width, (n + 1) * width), (value) => value * scales[n]!),
  )
}

const cosine = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

test('texts that mean alike lie closer than texts that do not, without a word in common', async () => {
  const [lease, rent, soup] = await vectorsOf(
    'The tenant may end the lease early.',
    'A renter can terminate the rental contract prematurely.',
    'Simmer the carrots and onions in broth for an hour.',
  )
  expect(cosine(lease!, rent!)).toBeGreaterThan(cosine(lease!, soup!) + 0.2)
})

test('every vector is of length one, whatever the text; a text of nothing has none', async () => {
  const vectors = await vectorsOf('fee', 'Frist', '黑豹队', 'x'.repeat(5000), 'a b '.repeat(2000))
  for (const vector of vectors) expect(cosine(vector, vector)).toBeCloseTo(1, 6)
  expect([...(await embed('', ' \n', '\u200b')).scales]).toEqual([0, 0, 0])
})

test('a vector is the sum of its pieces’ vectors, to within rounding', async () => {
  const text = 'Either party may terminate: the notice, the notice and the fee.'
  const { rows, scales, width, vocabulary } = await readModel(model)
  const pieces = createSplitter(vocabulary)(text)
  const sum = Array.from({ length: width }, (_, i) =>
    pieces.reduce((total, id) => total + rows[id * width + i]! * scales[id]!, 0),
  )
  const length = Math.sqrt(cosine(sum, sum))
  const [vector] = await vectorsOf(text)
  for (const [i, value] of vector!.entries()) expect(Math.abs(value - sum[i]! / length)).toBeLessThan(0.002)
})

test('the same text has the same bytes on every machine, alone and among others', async () => {
  const texts = ['The lease ends on 31 December 2024.', 'naïve café', '黑豹队 308', 'INV-2024/0815']
  const { vectors, scales } = await embed(...texts)
  const digest = createHash('sha256').update(vectors).update(new Uint8Array(scales.buffer)).digest('hex')
  expect(digest).toBe('16bf7da724ab6e911290168b52eb79dfc71e96c333359099099c47a6f94b2a66')
  const alone = await embed(texts[3]!)
  expect(alone.vectors).toEqual(vectors.subarray(3 * embedder.width))
  expect(alone.scales[0]).toBe(scales[3])
})

test('meaning counts in English, less among fragments, and not at all in what the model cannot read', () => {
  const full = (words: number) => 1 / (1 + Math.sqrt(words / 14))
  expect(embedder.shareOf('When does the lease end?')).toBe(full(5))
  expect(embedder.shareOf('Wann endet der Mietvertrag?')).toBe(0.65)
  expect(embedder.shareOf('Insurance')).toBe(0.65)
  expect(embedder.shareOf('x y z lease agreement end notice')).toBeCloseTo(
    full(7) * ((0.5 - 3 / 7) / 0.3),
    12,
  )
  for (const query of ['متى ينتهي العقد', '黑豹队何时', '¿? --', '']) expect(embedder.shareOf(query)).toBe(0)
})

test('work that nobody waits for any more is given up', async () => {
  const waiting = new AbortController()
  const work = embedder.embed(Array<string>(10_000).fill('the fee'), waiting.signal, 'document')
  waiting.abort(new Error('nobody waits'))
  await expect(work).rejects.toThrow('nobody waits')
})
