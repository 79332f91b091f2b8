import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { TextItem } from 'pdfjs-dist/types/src/display/api.js'
import type { Inner } from '../nested/read-inner.ts'

/** Words of a page as they are spelled, by how the layout parser writes them. */
export type Spellings = Map<string, string>

/** The same document for what the layout parser does not give: attachments, and quotation marks and dashes as they are. */
export type Original = {
  spellings: (page: number) => Promise<Spellings>
  attachments: () => Promise<Inner[]>
  close: () => Promise<void>
}

const maxFileBytes = 64 * 1024 ** 2

/** A document that this parser cannot open goes without. */
export async function openOriginal(bytes: Buffer, password: string): Promise<Original> {
  const document = await open(bytes, password).catch(() => undefined)
  return {
    spellings: async (page) =>
      document ? await readSpellings(document, page).catch(() => new Map()) : new Map(),
    attachments: async () => (document ? await readAttachments(document).catch(() => []) : []),
    close: async () => {
      await document?.loadingTask.destroy().catch(() => {})
    },
  }
}

async function open(bytes: Buffer, password: string): Promise<PDFDocumentProxy> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  // It takes the bytes away from whoever gave them.
  const data = new Uint8Array(bytes)
  return getDocument({
    data,
    password,
    verbosity: 0,
    useSystemFonts: false,
    disableFontFace: true,
    stopAtErrors: false,
  }).promise
}

/** Words with a character that the layout parser writes as another one; those that it writes alike in two ways are left out. */
async function readSpellings(document: PDFDocumentProxy, number: number): Promise<Spellings> {
  const page = await document.getPage(number)
  const { items } = await page.getTextContent({ disableNormalization: true })
  page.cleanup()
  const text = joined(items.filter((item) => 'str' in item))
  const spellings: Spellings = new Map()
  const written = new Map<string, Set<string>>()
  for (const word of text.split(/\s+/)) {
    const plain = foldMarks(word)
    const ways = written.get(plain) ?? new Set()
    written.set(plain, ways.add(word))
  }
  for (const [plain, ways] of written) {
    const [only] = ways
    if (ways.size === 1 && only !== undefined && only !== plain) spellings.set(plain, only)
  }
  return spellings
}

/** Runs that touch are one word: a dash often stands by itself. */
function joined(runs: TextItem[]): string {
  let text = ''
  let end = { x: 0, y: 0 }
  for (const { str, width, height, transform } of runs) {
    const [x = 0, y = 0] = transform.slice(4) as number[]
    const touches = Math.abs(x - end.x) < height / 6 && Math.abs(y - end.y) < height / 2
    text += touches ? str : ` ${str}`
    end = { x: x + width, y }
  }
  return text
}

/** What the layout parser makes of quotation marks and dashes. */
function foldMarks(word: string): string {
  return word
    .replaceAll(/[\u2018\u2019\u201a\u201b]/g, "'")
    .replaceAll(/[\u201c\u201d\u201e\u201f]/g, '"')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
}

async function readAttachments(document: PDFDocumentProxy): Promise<Inner[]> {
  const found: unknown = await document.getAttachments()
  if (found === null || typeof found !== 'object') return []
  return Object.values(found as Record<string, { filename?: string; content?: Uint8Array }>).flatMap(
    ({ filename, content }) =>
      content && content.length <= maxFileBytes
        ? [{ name: filename ?? 'attachment', bytes: Buffer.from(content) }]
        : [],
  )
}
