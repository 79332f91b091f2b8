import { expect, test } from 'vitest'
import type { Reranker } from './port.ts'

type Opened = { reranker: Reranker; /** Nothing of it answers from now on. */ breakDown: () => Promise<void> }

const { signal } = new AbortController()
const query = 'The tenant pays the rent.'
const texts = ['A garden in June.', 'Rent is paid by the tenant.', '', 'The tenant pays the rent.']

/** What every reranker does. */
export function keepsItsContract(open: () => Promise<Opened>): void {
  test('gives each text one number, 0 at least, and the same each time', async () => {
    const { reranker } = await open()
    const relevances = await reranker.judge(query, texts, signal)
    expect(relevances).toHaveLength(texts.length)
    expect(relevances.every((one) => Number.isFinite(one) && one >= 0)).toBe(true)
    expect(await reranker.judge(query, texts, signal)).toEqual(relevances)
  })

  test('says of a text the same wherever it stands', async () => {
    const { reranker } = await open()
    const relevances = await reranker.judge(query, texts, signal)
    expect((await reranker.judge(query, texts.toReversed(), signal)).toReversed()).toEqual(relevances)
  })

  test('fails with a reason when it is down', async () => {
    const { reranker, breakDown } = await open()
    await breakDown()
    const failed = reranker.judge(query, texts, signal)
    await expect(failed).rejects.toMatchObject({ name: 'ModelError', reason: 'unavailable' })
  })

  test('ends with what its caller goes away with', async () => {
    const { reranker } = await open()
    const gone = AbortSignal.abort(new Error('gone'))
    await expect(reranker.judge(query, texts, gone)).rejects.toThrow('gone')
  })
}
