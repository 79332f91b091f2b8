import { chunksOf } from '../index/segment.ts'
import type { Fuse } from './fuse.ts'
import type { Fusions, Part, ScorePart } from './fuse-parts.ts'
import type { Hit, Order, Place, Ranked } from './hit.ts'
import { compareHits, comparePlaces, createSelection } from './select.ts'
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
  const counts = { total: 0, left: 0, files: new Map<string, number>() }
  yield {
    visit(asked) {
      const part = score(asked)
      const { spaceId, segment, scores } = part
      for (const [d, { fileId, versionId, createdAt }] of segment.documents.entries()) {
        const fuse = fuseOf(part, d, fusions)
        const before = counts.total
        visitHits(part, d, fuse, choice, (chunk, score, more) => {
          counts.total++
          const ordinal = segment.ordinals[chunk]!
          if (after && compareHits(choice.order, after, { fileId, createdAt, ordinal, score }) >= 0) return
          counts.left++
          if (!selection.admits(score, createdAt)) return
          const source = fuse.sourceOf(scores.words[chunk]!, scores.meaning?.[chunk] ?? 0)
          selection.offer({ spaceId, fileId, versionId, createdAt, ordinal, score, source, more })
        })
        if (counts.total > before) counts.files.set(fileId, counts.total - before)
      }
    },
  }
  return { hits: selection.best, ...counts }
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
      visitHits(part, document, fuseOf(part, document, fusions), choice, (chunk, score) => {
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

/** What of a document is found: its matching chunks, or itself as one hit when grouped. */
function visitHits(part: Part, document: number, fuse: Fuse, choice: Choice, visit: Visit): void {
  if (!choice.groupByFile) return visitPlaces(part, document, fuse, choice.minScore, visit)
  const { segment, scores } = part
  const places: (Place & { chunk: number })[] = []
  visitPlaces(part, document, fuse, choice.minScore, (chunk, score) => {
    const last = places[choice.placesPerFile - 1]
    if (last && last.score >= score) return
    const source = fuse.sourceOf(scores.words[chunk]!, scores.meaning?.[chunk] ?? 0)
    const place = { ordinal: segment.ordinals[chunk]!, score, source, chunk }
    let at = places.length
    while (at > 0 && comparePlaces(place, places[at - 1]!) < 0) at--
    places.splice(at, 0, place)
    if (places.length > choice.placesPerFile) places.pop()
  })
  const [best, ...more] = places
  if (best)
    visit(
      best.chunk,
      best.score,
      more.map(({ chunk: _chunk, ...place }) => place),
    )
}

/** The matching chunks of a document. */
export function visitPlaces(
  { segment, mask, scores }: Part,
  document: number,
  fuse: Fuse,
  minScore: number,
  visit: Visit,
): void {
  const { words, meaning } = scores
  const end = segment.documentStarts[document + 1]!
  for (let chunk = segment.documentStarts[document]!; chunk < end; chunk++) {
    if (mask !== undefined && mask[chunk] === 0) continue
    const score = fuse.scoreOf(words[chunk]!, meaning === undefined ? 0 : meaning[chunk]!)
    if (score >= minScore) visit(chunk, score, none)
  }
}
