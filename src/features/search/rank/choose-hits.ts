import { chunksOf } from '../index/segment.ts'
import type { Fuse } from './fuse.ts'
import type { Fusions, Part, ScorePart } from './fuse-parts.ts'
import type { Hit, Order, Place, Ranked } from './hit.ts'
import { type Bar, compareHits, comparePlaces, createSelection, noBar } from './select.ts'
import { remember, type Steps } from './steps.ts'

/** Which of the matches are asked for, and in which order. */
export type Choice = {
  /** Hits to return at most, at least 1. */
  limit: number
  /** Files the request asks for: only they are found, while statistics stay those of all readable ones. */
  allowed: ReadonlySet<string> | undefined
  /** What is not found although it matches: a file, or one chunk of it. */
  leftOut: { fileId: string; ordinal?: number | undefined } | undefined
  /** What scores less is no match. */
  minScore: number
  /** One hit per file, its best chunk. */
  groupByFile: boolean
  /** When grouped: places of a file in its hit, the best one among them; at least 1. */
  placesPerFile: number
  order: Order
  /** Only hits that come after this one: where it stands now, or stood if it is no match any more. */
  after: (Ranked & Pick<Hit, 'versionId'>) | undefined
}

/** All matches, the best first. */
export const everyMatch = {
  allowed: undefined,
  leftOut: undefined,
  minScore: 0,
  groupByFile: false,
  placesPerFile: 1,
  order: 'relevance',
  after: undefined,
} as const satisfies Partial<Choice>

export type Chosen = {
  hits: Hit[]
  /** Matching chunks, or matching files when grouped: exact, wherever `after` begins. */
  total: number
  /** Of these, those that come after `after`. */
  left: number
  /** Per matching file its matching chunks, or 1 when grouped. */
  files: Map<string, number>
}

/** Counts every match and keeps the first of them. */
export function* chooseHits(score: ScorePart, fusions: Fusions, choice: Choice): Steps<Chosen> {
  const after = yield* findPlace(score, fusions, choice)
  const selection = createSelection<Hit>(choice.limit, choice.order)
  // What comes after another hit is counted, whatever it scores.
  const bar = after ? noBar : selection.bar
  const files = new Map<string, number>()
  let [total, left] = [0, 0]
  yield {
    visit(asked) {
      const part = score(asked)
      const { spaceId, segment, scores } = part
      for (const [d, { fileId, versionId, createdAt }] of segment.documents.entries()) {
        const fuse = fuseOf(part, d, fusions)
        const matches = visitHits(part, d, fuse, choice, bar, (chunk, score, more) => {
          const ordinal = segment.ordinals[chunk]!
          if (after && compareHits(choice.order, after, { fileId, createdAt, ordinal, score }) >= 0) return
          left++
          if (!selection.admits(score, createdAt)) return
          const source = fuse.sourceOf(scores.words[chunk]!, scores.meaning?.[chunk] ?? 0)
          selection.offer({ spaceId, fileId, versionId, createdAt, ordinal, score, source, more })
        })
        total += matches
        if (matches > 0) files.set(fileId, matches)
      }
    },
  }
  return { hits: selection.best, total, left: after ? left : total, files }
}

/** Scores of parts whose mask leaves only what can be found: live, readable, and asked for. */
export function narrowParts(score: ScorePart, { allowed, leftOut }: Omit<Choice, 'limit'>): ScorePart {
  if (!allowed && !leftOut) return score
  return remember((asked) => {
    const part = score(asked)
    const { segment, mask } = part
    const narrowed = mask?.slice() ?? new Uint8Array(chunksOf(segment)).fill(1)
    for (const [document, { fileId }] of segment.documents.entries()) {
      const [start, end] = [segment.documentStarts[document]!, segment.documentStarts[document + 1]!]
      if (allowed?.has(fileId) === false) narrowed.fill(0, start, end)
      if (leftOut?.fileId !== fileId) continue
      for (let chunk = start; chunk < end; chunk++)
        if (leftOut.ordinal === undefined || leftOut.ordinal === segment.ordinals[chunk]) narrowed[chunk] = 0
    }
    return { ...part, mask: narrowed }
  })
}

/**
 * Where the hit to go on after stands in this ranking. A change of the files moves the scores of all hits, mostly alike:
 * the present score of the hit finds its place again, the one that it had then would not.
 */
function* findPlace(score: ScorePart, fusions: Fusions, choice: Choice): Steps<Ranked | undefined> {
  const { after } = choice
  if (!after) return undefined
  let place: Ranked = after
  yield {
    only: new Set([after.versionId]),
    visit(asked) {
      const { documents, ordinals } = asked.segment
      const document = documents.findIndex(({ versionId }) => versionId === after.versionId)
      if (document < 0) return
      const part = score(asked)
      visitHits(part, document, fuseOf(part, document, fusions), choice, noBar, (chunk, score) => {
        const ordinal = ordinals[chunk]!
        if (choice.groupByFile || ordinal === after.ordinal) place = { ...after, ordinal, score }
      })
    },
  }
  return place
}

export function fuseOf({ segment, meaning }: Part, document: number, fusions: Fusions): Fuse {
  return fusions.of(segment.isEmbedded[document] ? meaning : undefined)
}

const none: Place[] = []

type Visit = (chunk: number, score: number, more: Place[]) => void

/** What of a document is found: its matching chunks, or itself as one hit when grouped. @returns how many */
function visitHits(part: Part, document: number, fuse: Fuse, choice: Choice, bar: Bar, visit: Visit): number {
  const { groupByFile, placesPerFile, minScore } = choice
  if (!groupByFile) return visitPlaces(part, document, fuse, minScore, bar, visit)
  const { segment, scores } = part
  const places: (Place & { chunk: number })[] = []
  // Below a hit's best place there are others that score less than any hit.
  const matches = visitPlaces(
    part,
    document,
    fuse,
    minScore,
    placesPerFile > 1 ? noBar : bar,
    (chunk, score) => {
      const last = places[placesPerFile - 1]
      if (last && last.score >= score) return
      const source = fuse.sourceOf(scores.words[chunk]!, scores.meaning?.[chunk] ?? 0)
      const place = { ordinal: segment.ordinals[chunk]!, score, source, chunk }
      let at = places.length
      while (at > 0 && comparePlaces(place, places[at - 1]!) < 0) at--
      places.splice(at, 0, place)
      if (places.length > placesPerFile) places.pop()
    },
  )
  const [best, ...more] = places
  if (best) {
    const others = more.map(({ chunk: _chunk, ...place }) => place)
    visit(best.chunk, best.score, others)
  }
  return Math.min(matches, 1)
}

/** Shows the matching chunks of a document that score as much as the bar, which may rise meanwhile. @returns all matches */
export function visitPlaces(
  { segment, mask, scores }: Part,
  document: number,
  fuse: Fuse,
  minScore: number,
  bar: Bar,
  visit: Visit,
): number {
  const { words, meaning } = scores
  const end = segment.documentStarts[document + 1]!
  let matches = 0
  for (let chunk = segment.documentStarts[document]!; chunk < end; chunk++) {
    if (mask !== undefined && mask[chunk] === 0) continue
    const byWords = words[chunk]!
    const byMeaning = meaning === undefined ? 0 : meaning[chunk]!
    if (!fuse.isMatch(byWords, byMeaning)) continue
    if (minScore === 0) {
      matches++
      if (!fuse.mayReach(byWords, byMeaning, bar.least)) continue
    }
    const score = fuse.scoreOf(byWords, byMeaning)
    if (score < minScore) continue
    if (minScore > 0) matches++
    if (score >= bar.least) visit(chunk, score, none)
  }
  return matches
}
