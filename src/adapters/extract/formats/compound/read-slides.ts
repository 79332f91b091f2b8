import { ExtractionError } from '../../port.ts'
import type { Draft, Piece } from '../draft.ts'
import { paragraphs } from '../read-text.ts'
import type { Compound } from './open-compound.ts'
import { type Record, records } from './walk-records.ts'

/** Types of records ([MS-PPT] 2.13.24). */
const type = {
  slide: 0x03ee,
  notes: 0x03f0,
  notesAtom: 0x03f1,
  slidePersist: 0x03f3,
  textHeader: 0x0f9f,
  unicodeText: 0x0fa0,
  byteText: 0x0fa8,
  slideList: 0x0ff0,
}
/** Kinds of text that are titles: a slide's, and a centred one. */
const titles = new Set([0, 6])

type Text = { isTitle: boolean; text: string }
type Slide = { id: number; outline: Text[]; boxes: Text[]; notes: string[] }

/**
 * A presentation of PowerPoint 97 to 2003. The texts of outlines stand in one list for all slides, those of boxes and notes with
 * the slide or note itself. Slides count as pages.
 */
export function readSlides(compound: Compound): Draft {
  const bytes = compound.stream('PowerPoint Document')
  if (!bytes) throw new ExtractionError('damaged', 'The file is damaged: its slides are missing.')
  const all = [...records(bytes)]
  const slides = readOutline(all)
  let at = 0
  for (const record of all) {
    if (record.type === type.slide) slideAt(slides, at++).boxes.push(...textsIn(record))
    if (record.type === type.notes) addNotes(slides, record)
  }
  const pieces = slides.flatMap((slide, i) => slidePieces(slide, i + 1))
  return {
    mediaType: 'application/vnd.ms-powerpoint',
    title: pieces.find((piece) => piece.kind === 'heading')?.text,
    pieces,
  }
}

function readOutline(all: Record[]): Slide[] {
  const slides: Slide[] = []
  const list = all.findLast((record) => record.type === type.slideList && record.instance === 0)
  let kind = -1
  for (const record of list ? records(list.content) : []) {
    if (record.type === type.slidePersist) {
      const id = record.content.length >= 16 ? record.content.readUInt32LE(12) : 0
      slides.push({ id, outline: [], boxes: [], notes: [] })
    }
    kind = record.type === type.textHeader ? record.content.readUInt32LE(0) : kind
    const text = textOf(record)
    if (text !== undefined)
      slideAt(slides, slides.length - 1).outline.push({ isTitle: titles.has(kind), text })
  }
  return slides
}

function slideAt(slides: Slide[], at: number): Slide {
  const place = Math.max(at, 0)
  return (slides[place] ??= { id: -1, outline: [], boxes: [], notes: [] })
}

function addNotes(slides: Slide[], notes: Record): void {
  const atom = [...records(notes.content)].find((record) => record.type === type.notesAtom)
  const id = atom && atom.content.length >= 4 ? atom.content.readUInt32LE(0) : -1
  const slide = slides.find((one) => one.id === id)
  slide?.notes.push(...textsIn(notes).map(({ text }) => text))
}

function textsIn(container: Record): Text[] {
  let kind = -1
  const found: Text[] = []
  for (const record of records(container.content)) {
    if (record.type === type.textHeader) kind = record.content.readUInt32LE(0)
    const text = textOf(record)
    if (text !== undefined) found.push({ isTitle: titles.has(kind), text })
  }
  return found
}

/** Line ends are 0x0d, and 0x0b within a paragraph. */
function textOf({ type: kind, content }: Record): string | undefined {
  if (kind !== type.unicodeText && kind !== type.byteText) return undefined
  const text = content.toString(kind === type.unicodeText ? 'utf16le' : 'latin1')
  return text.replaceAll(/[\r\v]/g, '\n')
}

function slidePieces({ outline, boxes, notes }: Slide, page: number): Piece[] {
  const seen = new Set<string>()
  const once = [...outline, ...boxes].filter(({ text }) => !seen.has(text) && seen.add(text))
  const shown = once.flatMap(({ isTitle, text }): Piece[] =>
    isTitle ? [{ kind: 'heading', level: 2, text, page }] : lines(text, page),
  )
  // The number of the slide, and nothing else, is what most notes pages have.
  return [...shown, ...notes.filter((note) => !/^\W*\d*\W*$/.test(note)).flatMap((note) => lines(note, page))]
}

function lines(text: string, page: number): Piece[] {
  return paragraphs(text.replaceAll('\n', '\n\n'), page)
}
