import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRerankByEmbedder } from '../../src/adapters/rerank/embedder/open-reranker.ts'
import { openOnnxEmbedder } from '../../src/adapters/embedder/onnx/open-embedder.ts'

/** A folder with all-MiniLM-L6-v2: 23 MB, so it is not in the repository. */
const folder = process.env['TEST_MODEL_DIR']
const skipped = folder === undefined ? ': skipped, TEST_MODEL_DIR does not name its folder' : ''

describe.skipIf(folder === undefined)(`a real language model${skipped}`, () => {
  let model: Awaited<ReturnType<typeof openOnnxEmbedder>>
  beforeAll(async () => {
    model = await openOnnxEmbedder({
      directory: folder ?? '',
      share: 0.6,
      leastCosine: 0.2,
      queryPrefix: '',
      documentPrefix: '',
      threads: 1,
      queryTimeoutMs: 60_000,
    })
  })
  afterAll(() => model?.close())

  async function cosines(texts: readonly string[]) {
    const { vectors, scales } = await model.embed(texts, new AbortController().signal, 'document')
    return (a: number, b: number) => {
      let product = 0
      for (let i = 0; i < model.width; i++)
        product += vectors[a * model.width + i]! * vectors[b * model.width + i]!
      return product * scales[a]! * scales[b]!
    }
  }

  test('finds the likeness between sentences that its makers publish', async () => {
    expect(model.width).toBe(384)
    const sentences = ['The weather is lovely today.', "It's so sunny outside!", 'He drove to the stadium.']
    const cosine = await cosines(sentences)
    // From the model's card; it is quantised here.
    expect(Math.abs(cosine(0, 1) - 0.666)).toBeLessThan(0.05)
    expect(Math.abs(cosine(0, 2) - 0.1046)).toBeLessThan(0.05)
    expect(Math.abs(cosine(1, 2) - 0.1411)).toBeLessThan(0.05)
  })

  test('knows the order of words, which the built-in one does not', async () => {
    const cosine = await cosines(['The tenant pays the landlord.', 'The landlord pays the tenant.'])
    expect(cosine(0, 1)).toBeLessThan(0.999)
  })

  test('reranks: the passage that answers comes before those that have the words', async () => {
    const reranker = openRerankByEmbedder(model, { share: 0.6, timeoutMs: 60_000 })
    const [answer, words, other] = await reranker.judge(
      'How long does the warranty last?',
      [
        'Defects are repaired free of charge for two years after delivery.',
        'How long is the road? It is long, and it does last.',
        'Bring water to the boil and add salt.',
      ],
      new AbortController().signal,
    )
    expect(answer).toBeGreaterThan(words!)
    expect(words).toBeGreaterThan(other!)
  })
})
