import type { IndexableChunk } from '../block/build.ts'
import type { RankRequest, Ranking } from '../rank/rank.ts'
import { compareHits, type Hit } from '../rank/select.ts'
import { createAnalyser } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import { isStopWord } from '../terms/stop-words.ts'
import { tokenise } from '../terms/tokenise.ts'

/** A file as tests keep it: its texts, no index. */
export type TestFile = { spaceId: string; fileId: string; versionId: string; chunks: IndexableChunk[] }

/**
 * The oracle: what `rank` must answer, straight from the texts, without blocks, segments or postings. Slow and plain
 * on purpose; every test of the index compares with it for equality, last bit included.
 */
export function rankByHand(files: readonly TestFile[], request: RankRequest): Omit<Ranking, 'words'> {
  const { readable, allowed } = request
  const { k1, b } = request.bm25
  const chunks = files
    .filter((file) => readable?.has(file.fileId) !== false)
    .flatMap((file) => file.chunks.map((chunk) => readChunk(file, chunk)))
  const averageLength = chunks.reduce((sum, chunk) => sum + chunk.length, 0) / chunks.length || 1
  const asked = tokenise(request.query)
  const isAllStopped = asked.every(({ text }) => isStopWord('en', text))
  const idfs = asked.map((token) => {
    const df = chunks.filter((chunk) => chunk.count(token) > 0).length
    return Math.max(1, Math.round(1024 * Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5))))
  })
  const hits: Hit[] = []
  for (const chunk of chunks) {
    if (allowed?.has(chunk.file.fileId) === false) continue
    let score = 0
    for (const [i, token] of asked.entries()) {
      const tf = chunk.count(token)
      if (tf === 0 || (!isAllStopped && isStopWord(chunk.family, token.text))) continue
      const norm = k1 * (1 - b) + ((k1 * b) / averageLength) * chunk.length
      score += Math.ceil((idfs[i]! * 65536 * tf) / (tf + norm))
    }
    const { spaceId, fileId, versionId } = chunk.file
    if (score > 0) hits.push({ spaceId, fileId, versionId, ordinal: chunk.ordinal, score: score / 2 ** 26 })
  }
  hits.sort(compareHits)
  const seen = new Set<string>()
  const kept = request.groupByFile ? hits.filter(({ fileId }) => !seen.has(fileId) && seen.add(fileId)) : hits
  return { hits: kept.slice(0, request.limit), total: kept.length }
}

/** A chunk with the counts of its terms, at most 255 of each. */
function readChunk(file: TestFile, chunk: IndexableChunk) {
  const family = familyOf(chunk.language)
  const analyse = createAnalyser(family)
  const spell = (token: Parameters<typeof analyse>[0]) => Object.values(analyse(token)).join('.')
  const tokens = [chunk.title, chunk.heading, chunk.tableHeader, chunk.text].flatMap(tokenise)
  const counts = new Map<string, number>()
  for (const token of tokens) counts.set(spell(token), Math.min((counts.get(spell(token)) ?? 0) + 1, 255))
  return {
    file,
    family,
    ordinal: chunk.ordinal,
    length: tokens.filter((token) => !token.extra).length,
    count: (token: Parameters<typeof analyse>[0]) => counts.get(spell(token)) ?? 0,
  }
}
