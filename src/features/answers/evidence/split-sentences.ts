export type Span = { start: number; end: number }

/** Lines of a table and of a list stand alone; prose is cut into sentences. */
const standsAlone = /^\s*(\||[-*+] |\d+[.)] |#)/
const separatorRow = /^[\s|:-]+$/

/** Abbreviations after which the segmenter sees an end that is none. */
const abbreviation =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|no|nos|art|sec|para|cl|inc|ltd|co|corp|vs|mr|mrs|ms|dr|st|approx|fig|z\.B|d\.h|bzw|Nr|Abs|[A-Z])\.\s*$/i

/**
 * The sentences of a chunk, as spans of its text without outer white space. Markup that opens a line (`#`, `-`, `|`)
 * stays out of the span where it can, so that quotes read well and are still literal.
 */
export function splitSentences(text: string, language: string): Span[] {
  const segmenter = new Intl.Segmenter(language === 'und' ? 'en' : language, { granularity: 'sentence' })
  const spans: Span[] = []
  for (const paragraph of paragraphs(text)) {
    const part = text.slice(paragraph.start, paragraph.end)
    if (standsAlone.test(part)) push(spans, text, paragraph)
    else for (const sentence of joined(segmenter, part, paragraph.start, text)) push(spans, text, sentence)
  }
  return spans
}

/** Lines that stand alone, and runs of other lines up to a blank one. */
function* paragraphs(text: string): Generator<Span> {
  let open: Span | undefined
  let start = 0
  for (const line of text.split('\n')) {
    const span = { start, end: start + line.length }
    start = span.end + 1
    const alone = standsAlone.test(line)
    if (open && (alone || line.trim() === '')) {
      yield open
      open = undefined
    }
    if (line.trim() === '' || separatorRow.test(line)) continue
    if (alone) yield span
    else open = open ? { start: open.start, end: span.end } : span
  }
  if (open) yield open
}

function* joined(segmenter: Intl.Segmenter, part: string, offset: number, text: string): Generator<Span> {
  let pending: Span | undefined
  // The segmenter takes every line break for an end; wrapped prose has them anywhere.
  for (const { segment, index } of segmenter.segment(part.replaceAll('\n', ' '))) {
    const start: number = pending?.start ?? offset + index
    const end = offset + index + segment.length
    if (abbreviation.test(text.slice(start, end))) pending = { start, end }
    else {
      yield { start, end }
      pending = undefined
    }
  }
  if (pending) yield pending
}

function push(spans: Span[], text: string, { start, end }: Span) {
  const part = text.slice(start, end)
  const lead = /^\s*(?:#{1,6} |[-*+] |\| ?)?\s*/.exec(part)?.[0].length ?? 0
  const tail = /\s*\|?\s*$/.exec(part)?.[0].length ?? 0
  if (start + lead < end - tail) spans.push({ start: start + lead, end: end - tail })
}
