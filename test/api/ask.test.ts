import { afterAll, expect, test } from 'vitest'
import { createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const other = await createSpaceKey(app, acme, { slug: 'other' })

type Citation = { index: number; file_id: string; quote: string; offsets: [number, number]; url: string }
type Answer = { answer: string; refused: boolean; reason: string | null; citations: Citation[] }

const contract = `# Agreement

The term begins in March. Either party may terminate with a notice period of ninety days. Invoices are due monthly.

Meals are served at noon.`
const file = await uploadReady(acme.api, 'agreement.md', contract)
const question = 'What is the notice period?'
const ask = async (body: Record<string, unknown>, api = acme.api) => {
  const reply = await api.post<Answer>('/v1/ask', body)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}

test('an answer is made of quotes that stand literally where they say', async () => {
  const { answer, refused, reason, citations } = await ask({ question })
  expect({ refused, reason }).toEqual({ refused: false, reason: null })
  expect(answer).toContain('ninety days')
  const { body: text } = await acme.api.get<string>(`/v1/files/${file.id}/text`)
  expect(citations.length).toBeGreaterThan(0)
  for (const [i, citation] of citations.entries()) {
    expect(citation).toMatchObject({ index: i + 1, file_id: file.id })
    expect(text.slice(...citation.offsets)).toBe(citation.quote)
    expect(answer).toContain(`${citation.quote} [${citation.index}]`)
    expect((await acme.api.get(citation.url)).status).toBe(200)
  }
})

test('what the files do not say is refused, with a reason and without a word', async () => {
  for (const unanswerable of ['How many zeppelins does the fleet own?', 'xyzzy?', '???']) {
    expect(await ask({ question: unanswerable })).toMatchObject({
      answer: '',
      refused: true,
      reason: expect.stringMatching(/^(no|low)_evidence$/),
      citations: [],
    })
  }
})

test('a space answers from its own files alone', async () => {
  expect(await ask({ question }, other.api)).toMatchObject({ refused: true, reason: 'no_evidence' })
  expect(await ask({ question, spaces: ['other'] })).toMatchObject({ refused: true })
  expect(await ask({ question, spaces: '*' })).toMatchObject({ refused: false })
  expect(await ask({ question, files: ['fil_nonsense'] })).toMatchObject({ refused: true })
  expect(await ask({ question, filter: { type: 'text/html' } })).toMatchObject({ refused: true })
})

test('a deleted file answers nothing from that moment', async () => {
  const { id } = await uploadReady(acme.api, 'password.md', 'The gate password is tamandua.')
  const body = { question: 'What is the gate password?' }
  expect((await ask(body)).answer).toContain('tamandua')
  await acme.api.delete(`/v1/files/${id}`)
  expect(JSON.stringify(await ask(body))).not.toContain('tamandua')
})

test.each([
  { question: '' },
  { question: ' ' },
  { question: 'x'.repeat(4001) },
  { question: 'x', top_k: 31 },
])('a question that is none is refused: %j', async (body) => {
  expect(await acme.api.post('/v1/ask', body)).toMatchObject({ status: 422 })
})
