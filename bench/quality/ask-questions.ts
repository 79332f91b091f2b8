import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { listFiles } from '../server/list-files.ts'
import { percentile } from './metrics.ts'
import type { JudgedQuestion, QuestionSet } from './read-question-set.ts'

export type AnswerQuality = {
  set: string
  answerable: number
  /** Share of the answerable questions that were not refused. */
  answered: number | null
  /** Share of those answers whose quotes hold one of the known answers. */
  right: number | null
  unanswerable: number
  /** Share of the unanswerable questions that were refused. */
  refused: number | null
  /** Share of all quotes that stand in the stored text at their offsets; anything but 1 is a bug. */
  literal: number | null
  ms_p50: number
}

type Answer = {
  refused: boolean
  citations: { file_id: string; quote: string; offsets: [number, number] }[]
}

/** Asks every question, within its own documents where it names any. */
export async function askQuestions(api: Api, set: QuestionSet): Promise<AnswerQuality> {
  const files = await listFiles(api)
  const idOf = new Map(files.map(({ id, external_id }) => [external_id, id]))
  const texts = new Map<string, string>()
  const asked: { question: JudgedQuestion; answer: Answer; ms: number }[] = []
  for (const question of set.questions) {
    const within = question.docIds.flatMap((doc) => idOf.get(doc) ?? [])
    const body = { question: question.question, ...(within.length > 0 ? { files: within } : {}) }
    const started = performance.now()
    const answer = expectStatus(200, await api.post<Answer>('/v1/ask', body))
    asked.push({ question, answer, ms: performance.now() - started })
  }
  const quotes = asked.flatMap(({ answer }) => answer.citations)
  for (const { file_id } of quotes) {
    if (!texts.has(file_id))
      texts.set(file_id, expectStatus(200, await api.get<string>(`/v1/files/${file_id}/text`)))
  }
  const answerable = asked.filter(({ question }) => question.answerable)
  const unanswerable = asked.filter(({ question }) => !question.answerable)
  const answered = answerable.filter(({ answer }) => !answer.refused)
  return {
    set: set.name,
    answerable: answerable.length,
    answered: share(answerable, ({ answer }) => !answer.refused),
    right: share(answered, ({ question, answer }) => holdsAnswer(question, answer)),
    unanswerable: unanswerable.length,
    refused: share(unanswerable, ({ answer }) => answer.refused),
    literal: share(quotes, ({ file_id, quote, offsets }) => texts.get(file_id)?.slice(...offsets) === quote),
    ms_p50: percentile(
      asked.map(({ ms }) => ms),
      0.5,
    ),
  }
}

function holdsAnswer({ answers }: JudgedQuestion, { citations }: Answer): boolean {
  const quoted = folded(citations.map(({ quote }) => quote).join(' '))
  return answers.some((answer) => quoted.includes(folded(answer)))
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

function share<Item>(items: readonly Item[], holds: (item: Item) => boolean): number | null {
  return items.length === 0 ? null : items.filter(holds).length / items.length
}
