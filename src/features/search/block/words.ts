import type { BlockReader } from './read.ts'
import { type BlockWriter, createBlockWriter } from './write.ts'

/*
 * The words of a version as people write them, for corrections and suggestions: terms are hashes and say no word. In
 * ascending order of their UTF-8, each as how many bytes it shares with the one before, how many follow, and those. The two
 * numbers are the halves of one byte; 15 in a half says that the number itself follows. 5.0 bytes a word of English contracts.
 */

/** @param words distinct, in any order */
export function packWords(words: Iterable<string>): Uint8Array {
  const out = createBlockWriter()
  let previous = Buffer.alloc(0)
  for (const word of Array.from(words, (one) => Buffer.from(one)).sort((a, b) => Buffer.compare(a, b))) {
    let shared = 0
    while (shared < previous.length && previous[shared] === word[shared]) shared++
    const rest = word.length - shared
    out.u8(Math.min(shared, long) * 16 + Math.min(rest, long))
    if (shared >= long) out.varint(shared)
    if (rest >= long) out.varint(rest)
    out.bytes(word.subarray(shared))
    previous = word
  }
  return Uint8Array.from(out.written())
}

/** A half that is followed by its number. */
const long = 15

/** The words that were packed, in their order. */
export function* unpackWords(packed: Uint8Array): Generator<string> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  const word = Buffer.alloc(maxWordBytes)
  let at = 0
  const number = (half: number) => {
    if (half < long) return half
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const halves = bytes[at++]!
    const shared = number(halves >>> 4)
    const rest = number(halves & 15)
    bytes.copy(word, shared, at, at + rest)
    at += rest
    yield word.toString('utf8', 0, shared + rest)
  }
}

export function writeWords(out: BlockWriter, packed: Uint8Array): void {
  out.varint(packed.length)
  out.bytes(packed)
}

/** Reads packed words, every number of them checked. */
export function readWords(reader: BlockReader): Uint8Array {
  const end = reader.count(1) + reader.at
  const from = reader.at
  let previous = 0
  while (reader.at < end) {
    const halves = reader.u8()
    const shared = halves >>> 4 < long ? halves >>> 4 : reader.varint()
    const rest = (halves & 15) < long ? halves & 15 : reader.varint()
    reader.check(shared <= previous && shared + rest <= maxWordBytes, 'a word is too long')
    reader.bytes(rest)
    previous = shared + rest
  }
  reader.check(reader.at === end, 'its words overlap what follows')
  return reader.since(from)
}

/** Longer ones are data that somebody encoded, and nobody mistypes or begins to type them. */
const maxWordChars = 40
/** UTF-8 takes at most 3 bytes for a UTF-16 unit. */
const maxWordBytes = maxWordChars * 3

/** Is this normalised text a word that people spell: of letters, in a script with spaces between words? */
export function isSpelledWord(text: string): boolean {
  return text.length >= 3 && text.length <= maxWordChars && spelled.test(text)
}

const spaceless = ['Han', 'Hira', 'Kana', 'Bopo', 'Hang', 'Thai', 'Laoo', 'Khmr', 'Mymr']
const spelled = new RegExp(
  `^\\p{L}[[\\p{L}\\p{M}]--[${spaceless.map((script) => `\\p{scx=${script}}`).join('')}]]+$`,
  'v',
)
