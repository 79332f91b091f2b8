import type { Fuse } from './fuse.ts'
import { fuseParts, type Fusions, type Part } from './fuse-parts.ts'
import type { Meaning } from './meaning.ts'
import {
  compareHits,
  comparePlaces,
  createSelection,
  type Hit,
  type Order,
  type Place,
  type Ranked,
} from './select.ts'

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
  /** How their scores came about. */
  fusions: Fusions
}

/**
 * Counts every match of the parts and keeps the first of them.
 * @param only what was compared with this meaning, and nothing else
 */
export function chooseHits(given: readonly Part[], choice: Choice, only?: Meaning): Chosen {
  const parts = given.map((part) => ({ ...part, mask: narrow(part, choice) }))
  const fusions = fuseParts(parts)
  const after = findPlace(parts, fusions, choice)
  const selection = createSelection(choice.limit, choice.order)
  const counts = { total: 0, left: 0, files: new Map<string, number>() }
  for (const part of parts) {
    for (const [number, document] of part.segment.documents.entries()) {
      if (only && (part.meaning !== only || !part.segment.isEmbedded[number])) continue
      const { fileId, versionId, createdAt } = document
      const before = counts.total
      visitHits(part, number, fusions, choice, (ordinal, { score, source }, more) => {
        counts.total++
        if (after && compareHits(choice.order, after, { fileId, createdAt, ordinal, score }) >= 0) return
        counts.left++
        if (!selection.admits(score, createdAt)) return
        selection.offer({ spaceId: part.spaceId, fileId, versionId, createdAt, ordinal, score, source, more })
      })
      if (counts.total > before) counts.files.set(fileId, counts.total - before)
    }
  }
  return { hits: selection.best, ...counts, fusions }
}

/** Per chunk 1 where it can be found: live, readable, and asked for. Undefined when all can. */
function narrow({ segment, mask }: Part, { allowed, leftOut }: Choice): Part['mask'] {
  if (!allowed && !leftOut) return mask
  const narrowed = mask?.slice() ?? new Uint8Array(segment.ordinals.length).fill(1)
  for (const [document, { fileId }] of segment.documents.entries()) {
    const [start, end] = [segment.documentStarts[document]!, segment.documentStarts[document + 1]!]
    if (allowed?.has(fileId) === false) narrowed.fill(0, start, end)
    if (leftOut?.fileId !== fileId) continue
    for (let chunk = start; chunk < end; chunk++)
      if (leftOut.ordinal === undefined || leftOut.ordinal === segment.ordinals[chunk]) narrowed[chunk] = 0
  }
  return narrowed
}

/**
 * Where the hit to go on after stands in this ranking. A change of the files moves the scores of all hits, mostly alike:
 * the present score of the hit finds its place again, the one that it had then would not.
 */
function findPlace(parts: readonly Part[], fusions: Fusions, choice: Choice): Ranked | undefined {
  const { after } = choice
  if (!after) return undefined
  let place: Ranked = after
  for (const part of parts) {
    const document = part.segment.documents.findIndex(({ versionId }) => versionId === after.versionId)
    if (document < 0) continue
    visitHits(part, document, fusions, choice, (ordinal, { score }) => {
      if (choice.groupByFile || ordinal === after.ordinal) place = { ...after, ordinal, score }
    })
  }
  return place
}

type Match = NonNullable<ReturnType<Fuse>>
const none: Place[] = []
type Visit = (ordinal: number, match: Match, more: Place[]) => void

/** What of a document is found: its matching chunks, or itself as one hit when grouped. */
function visitHits(part: Part, document: number, fusions: Fusions, choice: Choice, visit: Visit): void {
  const fuse = fusions.of(part.segment.isEmbedded[document] ? part.meaning : undefined)
  if (!choice.groupByFile) return visitPlaces(part, document, fuse, choice, visit)
  const places: Place[] = []
  visitPlaces(part, document, fuse, choice, (ordinal, { score, source }) => {
    const place = { ordinal, score, source }
    let at = places.length
    while (at > 0 && comparePlaces(place, places[at - 1]!) < 0) at--
    if (at < choice.placesPerFile) places.splice(at, 0, place)
    if (places.length > choice.placesPerFile) places.pop()
  })
  const [best, ...more] = places
  if (best) visit(best.ordinal, best, more)
}

function visitPlaces(
  { segment, mask, scores }: Part,
  document: number,
  fuse: Fuse,
  { minScore }: Choice,
  visit: Visit,
): void {
  const end = segment.documentStarts[document + 1]!
  for (let chunk = segment.documentStarts[document]!; chunk < end; chunk++) {
    if (mask?.[chunk] === 0) continue
    const match = fuse(scores.words[chunk]!, scores.meaning?.[chunk] ?? 0)
    if (!match || match.score < minScore) continue
    visit(segment.ordinals[chunk]!, match, none)
  }
}
