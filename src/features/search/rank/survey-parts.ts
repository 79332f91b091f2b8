import type { Meanings } from './meaning.ts'
import type { AskedPart, Steps } from './steps.ts'

/** What a query has to know of the readable chunks before it can be read. */
export type Survey = {
  /** Families of terms that occur, in the order of their codes. */
  families: string[]
  chunks: number
  /** Sum of their lengths, in terms. */
  length: number
  /** Spaces with readable files that lack vectors; those files are ranked by words alone. */
  lacking: string[]
  /** How much of what is readable is compared by meaning, where that was asked for. */
  compared: 'all' | 'some' | 'none'
  /** Is there anything that is? */
  isAnyCompared: boolean
  /** Whether an embedder whose vectors are there did not say what the query means. */
  isUnanswered: boolean
  /** Spaces with readable files whose blocks are of an older format: their phrases are met by all words, in a row or not. */
  outdated: string[]
}

export function* surveyParts(meanings: Meanings | undefined): Steps<Survey> {
  const families = new Set<string>()
  const [lacking, outdated] = [new Set<string>(), new Set<string>()]
  let [chunks, length] = [0, 0]
  let [isUnanswered, isAnyCompared] = [false, false]
  const visit = (part: AskedPart) => {
    chunks += part.chunks
    length += part.length
    for (const family of part.families) families.add(family)
    if (part.isPartlyOutdated) outdated.add(part.spaceId)
    if (!meanings || part.chunks === 0) return
    const isAnswered = part.kind !== undefined && meanings.has(part.kind.id)
    if (!part.kind || part.lacksVectors) lacking.add(part.spaceId)
    if (part.kind && !isAnswered) isUnanswered = true
    if (isAnswered && part.hasVectors) isAnyCompared = true
  }
  yield { visit }
  const isWhole = lacking.size === 0 && !isUnanswered
  return {
    families: [...families].sort(),
    chunks,
    length,
    lacking: [...lacking].sort(),
    compared: isWhole ? 'all' : isAnyCompared ? 'some' : 'none',
    isAnyCompared,
    isUnanswered,
    outdated: [...outdated].sort(),
  }
}
