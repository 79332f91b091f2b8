import { readFileSync } from 'node:fs'

/** How a language joins words. */
type Grammar = {
  /** What may stand between two words. */
  links: readonly string[]
  /** What the last word may end with in an inflected form. */
  endings: readonly string[]
}

const grammars: Readonly<Record<string, Grammar>> = {
  de: { links: ['', 's', 'es', 'n', 'en', 'er'], endings: ['', 'en', 'n', 's', 'es', 'e', 'er', 'em'] },
  nl: { links: ['', 's', 'e', 'en', 'n'], endings: ['', 'en', 'n', 's', 'e'] },
}

/** Shorter parts are endings more often than words: "Strecke" is no "Ecke", "Haftung" no "Tung". */
const minPart = 4
const minCompound = 9
/** A longer word is no word. */
const maxCompound = 50

/** Splits a normalised word into parts with their places in it; none where it is no compound of known words. */
export type SplitCompound = (word: string) => Part[]

type Part = { text: string; start: number; end: number }

const splitters = new Map<string, SplitCompound>()

/** Of a language whose compounds are found by their parts too; undefined for the others. */
export function compoundSplitter(family: string): SplitCompound | undefined {
  const grammar = grammars[family]
  if (!grammar) return undefined
  const splitter = splitters.get(family) ?? createSplitter(grammar, readWords(family))
  splitters.set(family, splitter)
  return splitter
}

function readWords(family: string): Set<string> {
  return new Set(readFileSync(new URL(`./${family}.txt`, import.meta.url), 'utf8').split('\n'))
}

function createSplitter({ links, endings }: Grammar, words: ReadonlySet<string>): SplitCompound {
  const isWord = (text: string) => text.length >= minPart && words.has(text)
  const isHead = (text: string) =>
    endings.some((ending) => text.endsWith(ending) && isWord(text.slice(0, text.length - ending.length)))

  /** The word that stands before the link, or drops its e before another: Miet-vertrag. */
  const findModifier = (text: string) => {
    if (text.length >= minPart && words.has(`${text}e`)) return text
    const link = links.find((one) => text.endsWith(one) && isWord(text.slice(0, text.length - one.length)))
    return link === undefined ? undefined : text.slice(0, text.length - link.length)
  }

  /** The parts of a beginning of the word; what led nowhere once is not tried again. */
  const splitBefore = (word: string, end: number, dead: Set<number>): Part[] => {
    if (end < minCompound || dead.has(end)) return []
    for (let at = minPart; at <= end - minPart; at++) {
      if (!isHead(word.slice(at, end))) continue
      const before = word.slice(0, at)
      const modifier = findModifier(before)
      const parts = modifier
        ? [{ text: modifier, start: 0, end: modifier.length }]
        : splitBefore(word, before.endsWith('s') ? at - 1 : at, dead)
      if (parts.length > 0) return [...parts, { text: word.slice(at, end), start: at, end }]
    }
    dead.add(end)
    return []
  }
  return (word) => (word.length > maxCompound ? [] : splitBefore(word, word.length, new Set()))
}
