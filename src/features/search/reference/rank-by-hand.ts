import type { Query } from '../query/parse-query.ts'
import type { Meaning, Meanings } from '../rank/meaning.ts'
import type { RankRequest, Ranking } from '../rank/rank.ts'
import type { Hit, MatchSource, Ranked } from '../rank/hit.ts'
import { isStopWord } from '../terms/stop-words.ts'
import { type Token, tokenise } from '../terms/tokenise.ts'
import { compoundParts } from '../terms/tokenise-document.ts'
import { readChunk, type TestFile } from './read-chunk.ts'

export type { TestFile } from './read-chunk.ts'

export type HandRanking = Omit<Ranking, 'words' | 'phrases' | 'outdated'> & { explained: HandExplanation[] }

/** Of one hit; a term for every time that the query says a word which the chunk has. */
export type HandExplanation = Pick<ScoredChunk, 'terms' | 'length' | 'averageLength' | 'chunks'> & {
  cosine: number | undefined
}

type HandTerm = { tf: number; df: number; idf: number; score: number }

/**
 * The oracle: what `rank` must answer, straight from the texts, without blocks, segments or postings. Slow and plain
 * on purpose; every test of the index compares with it for equality, last bit included.
 * @param servingOf the embedder whose vectors are searched in a space
 */
export function rankByHand(
  files: readonly TestFile[],
  request: RankRequest,
  servingOf: (spaceId: string) => string | undefined,
): HandRanking {
  const { readable, allowed, meanings } = request
  const visible = files.filter((file) => readable?.has(file.fileId) !== false && file.chunks.length > 0)
  const hasVectors = ({ spaceId, vectors }: TestFile) => vectors && vectors.embedder === servingOf(spaceId)
  const meaningOf = (file: TestFile) => (hasVectors(file) ? meanings?.get(file.vectors!.embedder) : undefined)
  const isMixed = visible.some((file) => meaningOf(file))
  const scored = scoreWords(visible, request)
    .filter(
      ({ file, ordinal, meets }) =>
        meets(request.query) && allowed?.has(file.fileId) !== false && !isLeftOut(file, ordinal, request),
    )
    .map((one) => ({ ...one, meaning: meaningOf(one.file) }))
  const refined = new Map(
    [...(meanings?.values() ?? [])].map((meaning) => [meaning, refineByHand(scored, meaning, isMixed)]),
  )
  const compared = scored.map((one) => ({ ...one, meaning: one.meaning && refined.get(one.meaning) }))
  const found = findHits(compared, isMixed).map(({ meaning: _meaning, ...hit }) => hit)
  const hits = found.filter(({ score }) => score >= request.minScore)
  const lacking = meanings ? visible.filter((file) => !hasVectors(file)) : []
  const isUnanswered =
    meanings !== undefined && visible.some((file) => isSilent(servingOf(file.spaceId), meanings))
  const isWhole = lacking.length === 0 && !isUnanswered
  const page = cutPage(request.groupByFile ? groupByFile(hits, request) : hits, request)
  return {
    ...page,
    explained: page.hits.map((hit) => explain(hit, compared)),
    lacking: [...new Set(lacking.map(({ spaceId }) => spaceId))].sort(),
    compared: isWhole ? 'all' : isMixed ? 'some' : 'none',
    isUnanswered,
  }
}

function explain(hit: Hit, scored: readonly ScoredChunk[]): HandExplanation {
  const { file, place, terms, length, averageLength, chunks, meaning } = scored.find(
    (one) => one.file.versionId === hit.versionId && one.ordinal === hit.ordinal,
  )!
  const cosine = meaning && cosineOf(file, place, meaning) * meaning.scale
  return { terms, length, averageLength, chunks, cosine }
}

function isLeftOut({ fileId }: TestFile, ordinal: number, { leftOut }: RankRequest): boolean {
  return leftOut?.fileId === fileId && (leftOut.ordinal ?? ordinal) === ordinal
}

/** Of each file its best hit, with the next best ones in it. */
function groupByFile(hits: Hit[], { placesPerFile }: RankRequest): Hit[] {
  const files = Map.groupBy(hits.toSorted(inOrder('relevance')), ({ fileId }) => fileId)
  return Array.from(files.values(), (own) => ({
    ...own[0]!,
    more: own.slice(1, placesPerFile).map(({ ordinal, score, source }) => ({ ordinal, score, source })),
  }))
}

/** The hits in their order, from the one on that comes after `after`: from where that stands now, if it is there. */
function cutPage(hits: Hit[], { order, after, limit, groupByFile: isGrouped }: RankRequest) {
  const isAnchor = (hit: Hit) =>
    hit.versionId === after?.versionId && (isGrouped || hit.ordinal === after.ordinal)
  const compare = inOrder(order)
  const from = hits.find(isAnchor) ?? after
  const left = hits.filter((hit) => !from || compare(hit, from) > 0).sort(compare)
  const files = Map.groupBy(hits, ({ fileId }) => fileId)
  return {
    hits: left.slice(0, limit),
    total: hits.length,
    left: left.length,
    files: new Map(Array.from(files, ([fileId, own]) => [fileId, own.length])),
  }
}

function inOrder(order: RankRequest['order']) {
  const sign = { relevance: 0, newest: -1, oldest: 1 }[order]
  return (a: Ranked, b: Ranked) =>
    sign * (a.createdAt - b.createdAt) ||
    (sign === 0 ? b.score - a.score : 0) ||
    (a.fileId === b.fileId ? a.ordinal - b.ordinal : a.fileId < b.fileId ? -1 : 1)
}

function isSilent(embedder: string | undefined, meanings: Meanings): boolean {
  return embedder !== undefined && !meanings.has(embedder)
}

/** The query's direction with that of its embedder's five best chunks, 7 to 3, in whole 127ths of the largest number. */
function refineByHand(scored: readonly ScoredChunk[], meaning: Meaning, isMixed: boolean): Meaning {
  if (meaning.share === 0) return meaning
  const vectors = findHits(scored, isMixed)
    .filter((hit) => hit.meaning === meaning)
    .slice(0, 5)
    .map(({ versionId, ordinal }) => {
      const { file, place } = scored.find(
        (one) => one.file.versionId === versionId && one.ordinal === ordinal,
      )!
      const { vectors, scales, width } = file.vectors!
      return Array.from({ length: width }, (_, i) => vectors[place * width + i]! * scales[place]!)
    })
  const sum = Array.from(meaning.vector, (_, i) => vectors.reduce((all, vector) => all + vector[i]!, 0))
  const length = Math.sqrt(sum.reduce((all, value) => all + value * value, 0))
  if (length === 0) return meaning
  const moved = sum.map((value, i) => 0.7 * meaning.scale * meaning.vector[i]! + 0.3 * (value / length))
  const scale = Math.max(...moved.map(Math.abs)) / 127
  return { ...meaning, vector: Int8Array.from(moved, (value) => Math.round(value / scale)), scale }
}

/** What is found, best first. With `isMixed` words are a share of the best too, where there is no vector. */
function findHits(scored: readonly ScoredChunk[], isMixed: boolean) {
  const found = scored.map((one) => ({ ...one, cosine: cosineOf(one.file, one.place, one.meaning) }))
  const bestWords = Math.max(0, ...found.map((one) => one.words))
  const bestCosines = new Map<string | undefined, number>()
  for (const { meaning, cosine } of found)
    bestCosines.set(meaning?.embedder, Math.max(cosine, bestCosines.get(meaning?.embedder) ?? 0))
  return found
    .flatMap(({ file: { spaceId, fileId, versionId, createdAt }, ordinal, words, cosine, meaning }) => {
      const source = sourceOf(words, cosine, meaning)
      const best = { words: bestWords, cosine: bestCosines.get(meaning?.embedder) ?? 0 }
      const byWords = isMixed ? part(words, bestWords) / 2 ** 20 : words / 2 ** 26
      const score = meaning ? mix(words, cosine, best, meaning) : byWords
      if (source === 'none') return []
      return [{ spaceId, fileId, versionId, createdAt, ordinal, score, source, more: [], meaning }]
    })
    .sort(inOrder('relevance'))
}

type ScoredChunk = ReturnType<typeof scoreWords>[number] & { meaning: Meaning | undefined }

/** BM25 of every chunk, 0 where no word matches, in 2^-26 points. */
function scoreWords(files: readonly TestFile[], { query, bm25: { k1, b }, synonyms }: RankRequest) {
  const chunks = files.flatMap((file) => file.chunks.map((chunk, place) => readChunk(file, chunk, place)))
  const averageLength = chunks.reduce((sum, chunk) => sum + chunk.length, 0) / chunks.length || 1
  const asked = askedWords(query, [...new Set(chunks.map(({ family }) => family))])
  const said = query.wanted.flatMap(({ text }) => tokenise(text))
  const meant = (chunk: HandChunk, { key }: AskedWord) =>
    (key === undefined ? undefined : synonyms?.get(chunk.file.spaceId)?.get(key)) ?? []
  const countSynonyms = (chunk: HandChunk, one: AskedWord) =>
    Math.max(0, ...meant(chunk, one).map((text) => chunk.times(text)))
  const dfs = asked.map(
    (one) => chunks.filter((chunk) => countIn(chunk, one) > 0 || countSynonyms(chunk, one) > 0).length,
  )
  const idfs = dfs.map((df) =>
    Math.max(1, Math.round(1024 * Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5)))),
  )
  const scored = chunks.map((chunk) => {
    const isAllStopped = said.every(({ text }) => isStopWord(chunk.family, text))
    let words = 0
    const terms: HandTerm[] = []
    for (const [i, one] of asked.entries()) {
      const isStop = one.token && one.family === 'any' && isStopWord(chunk.family, one.token.text)
      const own = isStop && !isAllStopped && !one.isPhrase ? 0 : countIn(chunk, one)
      const tf = Math.max(own, 0.8125 * countSynonyms(chunk, one))
      if (tf === 0) continue
      const norm = k1 * (1 - b) + ((k1 * b) / averageLength) * chunk.length
      const part = Math.ceil((idfs[i]! * 65536 * tf) / (tf + norm))
      words += part
      terms.push({ tf, df: dfs[i]!, idf: idfs[i]! / 1024, score: part / 2 ** 26 })
    }
    return { ...chunk, words, terms, averageLength, chunks: chunks.length }
  })
  return scored.map((chunk, i) => {
    const around = [scored[i - 1], scored[i + 1]].filter((other) => other?.file === chunk.file)
    const others = around.reduce((sum, other) => sum + (other?.words ?? 0), 0)
    if (chunk.words === 0 || around.length === 0) return chunk
    const sum = 10 * around.length * chunk.words + 3 * others
    return { ...chunk, words: Math.ceil(sum / (13 * around.length)) }
  })
}

type HandChunk = ReturnType<typeof readChunk>

/** `key` is what rules name it by, outside of quotes; words in a row have nothing else. */
type AskedWord = { token?: Token; family: string; key?: string | undefined; isPhrase: boolean }

/** Each token, the parts of compounds in their family, and each few words in a row once. */
function askedWords({ wanted }: Query, families: readonly string[]): AskedWord[] {
  const rows = new Set<string>()
  const tokens = wanted.flatMap(({ text, isPhrase }): AskedWord[] => {
    const own = tokenise(text)
    const words = isPhrase ? [] : own.flatMap((token) => (token.extra ? [] : [token.text]))
    for (let from = 0; from < words.length; from++)
      for (let end = from + 2; end <= Math.min(words.length, from + 8); end++)
        rows.add(words.slice(from, end).join(' '))
    const parts = families.flatMap((family) =>
      compoundParts(own, family).map((token) => ({ token, family, isPhrase })),
    )
    const keyOf = ({ extra, text: word }: Token) => (isPhrase || extra ? undefined : word)
    return [...own.map((token) => ({ token, family: 'any', key: keyOf(token), isPhrase })), ...parts]
  })
  return [...tokens, ...Array.from(rows, (key) => ({ family: 'any', key, isPhrase: false }))]
}

function countIn(chunk: HandChunk, { token, family }: AskedWord) {
  return token && (family === 'any' || family === chunk.family) ? chunk.count(token) : 0
}

/** Over the scale of the query; 0 where it is negative. */
function cosineOf({ vectors }: TestFile, place: number, meaning: Meaning | undefined): number {
  if (!vectors || !meaning || meaning.share === 0 || meaning.scale === 0) return 0
  let product = 0
  for (const [i, value] of meaning.vector.entries())
    product += value * vectors.vectors[place * vectors.width + i]!
  return Math.max(0, product * vectors.scales[place]!)
}

type Pair = { words: number; cosine: number }

function sourceOf(words: number, cosine: number, meaning: Meaning | undefined): MatchSource | 'none' {
  const isByWords = words > 0 && meaning?.share !== 1
  const isByMeaning = cosine > 0 && meaning !== undefined && cosine >= meaning.leastCosine / meaning.scale
  return isByWords ? (isByMeaning ? 'both' : 'text') : isByMeaning ? 'vector' : 'none'
}

function mix(words: number, cosine: number, best: Pair, meaning: Meaning): number {
  const weight = Math.round(meaning.share * 1024)
  const bestCosine = Math.max(best.cosine, meaning.leastCosine / meaning.scale)
  return (weight * part(cosine, bestCosine) + (1024 - weight) * part(words, best.words)) / 2 ** 30
}

/** A value's share of the best in 2^-20. */
function part(value: number, most: number): number {
  return value > 0 ? Math.ceil((value / most) * 2 ** 20) : 0
}
