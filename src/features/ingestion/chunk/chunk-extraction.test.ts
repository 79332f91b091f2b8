import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Block, Extraction } from '#adapters/extract/port.ts'
import { chunkExtraction as cut } from './chunk-extraction.ts'

const chunkExtraction = (...args: Parameters<typeof cut>) => [...cut(...args)]

describe('any text', () => {
  test('every character that is not blank is in exactly one chunk, in order', () => {
    fc.assert(
      fc.property(anyExtraction, anyLimits, (extraction, limits) => {
        const covered = new Uint8Array(extraction.text.length)
        let last = 0
        for (const [i, chunk] of chunkExtraction(extraction, limits).entries()) {
          expect(chunk.ordinal).toBe(i)
          expect(chunk.start).toBeGreaterThanOrEqual(last)
          covered.fill(1, chunk.start, chunk.end)
          last = chunk.end
        }
        const left = [...covered.entries()].filter(
          ([at, is]) => is === 0 && extraction.text.charAt(at).trim() !== '',
        )
        expect(left).toEqual([])
      }),
    )
  })

  test('a chunk is the exact slice of its offsets, trimmed, and never longer than allowed', () => {
    fc.assert(
      fc.property(anyExtraction, anyLimits, (extraction, limits) => {
        for (const chunk of chunkExtraction(extraction, limits)) {
          expect(chunk.text).toBe(extraction.text.slice(chunk.start, chunk.end))
          expect(chunk.text).toBe(chunk.text.trim())
          expect(chunk.text.length).toBeLessThanOrEqual(limits.maxChars)
        }
      }),
    )
  })

  test('surrogate pairs stay whole', () => {
    fc.assert(
      fc.property(anyExtraction, anyLimits, (extraction, limits) => {
        for (const chunk of chunkExtraction(extraction, limits)) expect(chunk.text.isWellFormed()).toBe(true)
      }),
    )
    const chunks = chunkExtraction(paragraph('a👍👍'), { targetChars: 2, maxChars: 2 })
    expect(chunks.map((chunk) => chunk.text)).toEqual(['a', '👍', '👍'])
  })

  test('accents stay with their letters where a run of them fits half a chunk', () => {
    const letters = fc.array(fc.constantFrom('e\u0301', 'n\u0303\u0323', 'क्षि', '👩‍🚀', '👍🏽'), {
      minLength: 50,
    })
    fc.assert(
      fc.property(letters, (parts) => {
        const text = parts.join('')
        const whole = new Set<string>(parts)
        const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
        for (const chunk of chunkExtraction(paragraph(text), { targetChars: 40, maxChars: 60 })) {
          const first = [...graphemes.segment(chunk.text)][0]?.segment ?? ''
          expect(whole.has(first) || /^\p{L}/u.test(first)).toBe(true)
        }
      }),
    )
  })

  test('the same extraction gives the same chunks', () => {
    fc.assert(
      fc.property(anyExtraction, (extraction) => {
        expect(chunkExtraction(structuredClone(extraction))).toEqual(chunkExtraction(extraction))
      }),
    )
  })
})

describe('structure', () => {
  test('a document within the target is one chunk', () => {
    const extraction = sections(['# Title', 'Intro.'], ['## Part', 'Words.'])
    const [only, ...more] = chunkExtraction(extraction)
    expect(more).toEqual([])
    expect(only).toMatchObject({ start: 0, end: extraction.text.length, heading: 'Title' })
  })

  test('a chunk does not cross into another section, and knows its headings', () => {
    const extraction = sections(
      ['# Terms', sentences(6)],
      ['## Payment', sentences(12)],
      ['## Notice', sentences(12)],
    )
    const chunks = chunkExtraction(extraction)
    expect(chunks.map((chunk) => chunk.heading)).toEqual(['Terms', 'Terms › Payment', 'Terms › Notice'])
    expect(chunks[2]?.text.startsWith('## Notice')).toBe(true)
  })

  test('sections of a few words share a chunk', () => {
    const many = Array.from({ length: 40 }, (_, i) => [
      `## Q${i}`,
      `Answer ${i} in a few words, no more than that.`,
    ])
    const chunks = chunkExtraction(sections(...many))
    expect(chunks.length).toBeLessThan(12)
    for (const chunk of chunks) expect(chunk.text.length).toBeGreaterThan(250)
  })

  test('a heading goes with what follows it, never at the end of a chunk', () => {
    const many = Array.from({ length: 20 }, (_, i) => [`## Part ${i}`, sentences(7 + (i % 5))])
    for (const chunk of chunkExtraction(sections(...many))) {
      expect(chunk.text.split('\n\n').at(-1)?.startsWith('##')).toBe(false)
    }
  })

  test('a long paragraph is cut between sentences, also when its lines are broken by hand', () => {
    const text = sentences(80).replaceAll(' jumps', '\njumps')
    const chunks = chunkExtraction(paragraph(text))
    expect(chunks.length).toBeGreaterThan(3)
    for (const chunk of chunks) expect(chunk.text).toMatch(/^Sentence \d+ .*dog\.$/s)
  })

  test('a table is cut between rows, and what goes on carries its header', () => {
    const header = '| id | name |\n| --- | --- |'
    const rows = Array.from({ length: 200 }, (_, i) => `| ${i} | customer number ${i} |`)
    const text = [header, ...rows].join('\n')
    const block: Block = { kind: 'table', start: 0, end: text.length, headerEnd: header.length }
    const [first, ...rest] = chunkExtraction(extractionOf(text, [block]))
    expect(first?.tableHeader).toBe('')
    expect(first?.text.startsWith(header)).toBe(true)
    expect(rest.length).toBeGreaterThan(2)
    for (const chunk of rest) {
      expect(chunk.tableHeader).toBe(header)
      expect(chunk.text.split('\n').every((row) => rows.includes(row))).toBe(true)
    }
  })

  test('a chunk names the page it starts on', () => {
    const parts = [sentences(15), sentences(15), sentences(15)]
    const extraction = sections(...parts.map((part) => [part]))
    const pages = extraction.blocks.map(({ start, end }, i) => ({ number: i + 4, start, end }))
    expect(chunkExtraction({ ...extraction, pages }).map((chunk) => chunk.page)).toEqual([4, 5, 6])
  })

  test('text that a reader left outside all blocks is kept', () => {
    const text = 'Stray words.\n\nA block.\n\nMore stray words.'
    const chunks = chunkExtraction(extractionOf(text, [{ kind: 'paragraph', start: 14, end: 22 }]))
    expect(chunks.map((chunk) => chunk.text)).toEqual([text])
  })
})

test.each([
  ['a line of five million characters', 'word '.repeat(1_000_000)],
  ['a letter with 200,000 accents', `a${'\u0301'.repeat(200_000)}`],
  ['a word of a million letters', 'a'.repeat(1_000_000)],
  ['200,000 brackets', '['.repeat(200_000)],
  ['a hundred thousand lines', 'one short line\n'.repeat(100_000)],
])('%s ends within two seconds', (_, text) => {
  const startMs = performance.now()
  const chunks = chunkExtraction(paragraph(text))
  expect(performance.now() - startMs).toBeLessThan(2000)
  expect(Math.max(...chunks.map((chunk) => chunk.text.length))).toBeLessThanOrEqual(2000)
})

const anyLimits = fc
  .record({ targetChars: fc.integer({ min: 2, max: 80 }), more: fc.integer({ min: 0, max: 80 }) })
  .map(({ targetChars, more }) => ({ targetChars, maxChars: targetChars + more }))

const anyWords = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc
    .array(fc.constantFrom('word', 'end.', 'Next', '\n', '한국어', '👍🏽', '|', '  ', '#'), { maxLength: 60 })
    .map((w) => w.join(' ')),
)

const anyBlock = fc.record({
  kind: fc.constantFrom('heading', 'paragraph', 'list', 'code', 'table'),
  level: fc.integer({ min: 1, max: 6 }),
  words: anyWords,
  gap: fc.constantFrom('', ' ', '\n\n', '\nstray\n'),
})

/** Blocks of every kind with any text, with gaps that may hold text too. */
const anyExtraction = fc.array(anyBlock, { maxLength: 12 }).map((parts) => {
  let text = ''
  const blocks: Block[] = []
  for (const { kind, level, words, gap } of parts) {
    const start = text.length
    text += words.toWellFormed()
    const firstLine = text.indexOf('\n', start)
    const block = blockOf(kind, level, start, text.length)
    blocks.push(block.kind === 'table' && firstLine > 0 ? { ...block, headerEnd: firstLine } : block)
    text += gap
  }
  return extractionOf(text, blocks)
})

function blockOf(kind: Block['kind'], level: number, start: number, end: number): Block {
  if (kind === 'heading') return { kind, level, start, end }
  if (kind === 'table') return { kind, start, end, headerEnd: end }
  return { kind, start, end }
}

function extractionOf(text: string, blocks: Block[]): Extraction {
  return {
    mediaType: 'text/plain',
    text,
    pages: [],
    boxes: [],
    pageSizes: [],
    blocks,
    language: 'en',
    title: undefined,
  }
}

function paragraph(text: string): Extraction {
  return extractionOf(text, [{ kind: 'paragraph', start: 0, end: text.length }])
}

/** Parts that begin with # are headings. */
function sections(...groups: string[][]): Extraction {
  let text = ''
  const blocks: Block[] = []
  for (const part of groups.flat()) {
    if (text !== '') text += '\n\n'
    const level = /^#+/.exec(part)?.[0].length ?? 0
    blocks.push(blockOf(level > 0 ? 'heading' : 'paragraph', level, text.length, text.length + part.length))
    text += part
  }
  return extractionOf(text, blocks)
}

/** 66 to 68 characters each. */
function sentences(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `Sentence ${i} says that the quick brown fox jumps over the lazy dog.`,
  ).join(' ')
}
