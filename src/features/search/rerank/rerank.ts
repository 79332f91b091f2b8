import { ModelError, type NamedReranker } from '#adapters/rerank/port.ts'
import type { RetrievedChunk } from '../retrieve.ts'
import type { ChosenRerankers } from './choose-rerankers.ts'

/** How a place in the new order came about: `weight · relevance / best + (1 − weight) · words / best words`. */
export type Judgement = {
  reranker: string
  score: number
  weight: number
  relevance: number
  bestRelevance: number
  words: number
  bestWords: number
  /** Where it stood before, from 1. */
  before: number
}

export type RerankedChunk = RetrievedChunk & { judgement?: Judgement }

export type Reranked = {
  chunks: RerankedChunk[]
  isReranked: boolean
  failedBy: 'reranker_unavailable' | 'reranker_not_configured' | undefined
}

/**
 * Puts the best finds in a better order. Each reranker sees the texts of its own spaces and no others, and orders these among
 * the places that they hold: numbers of two rerankers are never compared. The score by words stays a part of the new
 * one, because relevance alone falls back to what a language model knows of names and numbers. One that fails
 * leaves its places as they were.
 * @param chunks best first, as row security returned them, each explained
 */
export async function rerank(
  query: string,
  chunks: readonly RetrievedChunk[],
  chosen: ChosenRerankers,
  signal: AbortSignal,
): Promise<Reranked> {
  const order: RerankedChunk[] = [...chunks]
  const groups = Map.groupBy([...chunks.keys()], (place) => chosen.get(chunks[place]!.space_id))
  groups.delete(undefined)
  const asked = Array.from(groups, async ([reranker, places]) => {
    const own = places.map((place) => ({ chunk: chunks[place]!, before: place + 1 }))
    const judged = await judge(reranker!, query, own, signal)
    for (const [i, place] of places.entries()) order[place] = judged[i]!
  })
  const outcomes = await Promise.allSettled(asked)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected' && !(outcome.reason instanceof ModelError)) throw outcome.reason
  const isMissing = chunks.some(({ space_id }) => chosen.has(space_id) && !chosen.get(space_id))
  const hasFailed = outcomes.some(({ status }) => status === 'rejected')
  return {
    chunks: order,
    isReranked: outcomes.some(({ status }) => status === 'fulfilled'),
    failedBy: hasFailed ? 'reranker_unavailable' : isMissing ? 'reranker_not_configured' : undefined,
  }
}

type Candidate = { chunk: RetrievedChunk; before: number }

async function judge(
  reranker: NamedReranker,
  query: string,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<RerankedChunk[]> {
  const texts = candidates.map(({ chunk }) => textOf(chunk))
  const relevances = await reranker.judge(query, texts, signal)
  const words = candidates.map(({ chunk }) => chunk.explanation?.words.score ?? 0)
  const [bestRelevance, bestWords] = [Math.max(...relevances), Math.max(...words)]
  const weight = reranker.shareOf(query)
  const judged = candidates.map(({ chunk, before }, n) => {
    const sides = { weight, relevance: relevances[n]!, bestRelevance, words: words[n]!, bestWords, before }
    return { ...chunk, judgement: { reranker: reranker.name, score: scoreOf(sides), ...sides } }
  })
  return judged.sort(({ judgement: a }, { judgement: b }) => b.score - a.score || a.before - b.before)
}

function scoreOf({
  weight,
  relevance,
  bestRelevance,
  words,
  bestWords,
}: Omit<Judgement, 'reranker' | 'score'>) {
  const byRelevance = bestRelevance > 0 ? relevance / bestRelevance : 0
  const byWords = bestWords > 0 ? words / bestWords : 0
  return weight * byRelevance + (1 - weight) * byWords
}

/** What stands above a passage says what it is about. */
function textOf({ heading, tableHeader, text }: RetrievedChunk): string {
  return [heading, tableHeader, text].filter((part) => part !== '').join('\n')
}
