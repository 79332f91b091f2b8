import { ExtractionError } from '../port.ts'
import type { Extraction } from '../port.ts'
import { composeText, tooMuchText } from './compose.ts'
import { detectLanguage } from './detect-language.ts'
import { detectType } from './detect-type.ts'
import type { Format } from './detect-type.ts'
import type { Draft, Source } from './draft.ts'
import { nestedBudget } from './nested/read-inner.ts'
import { readMarkdown } from './read-markdown.ts'
import type { OfficeType } from './read-office.ts'
import { decodeText } from './decode-text.ts'
import { readCode, readPlainText } from './read-text.ts'

/** Left out, nothing is recognised in pictures, no password is tried, and nobody hears of progress. */
export type Document = Pick<Source, 'bytes' | 'fileName' | 'maxTextChars'> &
  Partial<Pick<Source, 'password' | 'recognition' | 'onProgress'>>

/** Reads one document of any kind. Throws `ExtractionError`; anything else that is thrown is a parser's fault. */
export async function readDocument(document: Document): Promise<Extraction> {
  const nested = { depth: 0, budget: { ...nestedBudget }, read: (source: Source) => readInner(source) }
  const plain = { password: undefined, recognition: undefined, onProgress: () => {} }
  const { mediaType, ...draft } = await readDraft({ ...plain, ...document, nested })
  const composed = composeText(draft, document.maxTextChars)
  return { mediaType, ...composed, language: await detectLanguage(composed.text) }
}

async function readDraft(source: Source): Promise<Draft & { mediaType: string }> {
  const { format, mediaType } = await detectType(source.bytes, source.fileName)
  return { mediaType, ...(await readers[format](source).catch(damagedUnlessTyped)) }
}

async function readInner(source: Source): Promise<Draft | ExtractionError> {
  try {
    return await readDraft(source)
  } catch (error) {
    // The budget is the whole document's: without any there is no going on.
    const { files, bytes } = source.nested.budget
    if (error instanceof ExtractionError && files >= 0 && bytes >= 0) return error
    throw error
  }
}

/** Heavy parsers load with the first document that needs them: the workbook reader alone takes 0.3 s. */
const readers: Record<Format, (source: Source) => Promise<Draft>> = {
  pdf: async (source) => (await import('./pdf/read-pdf.ts')).readPdf(source),
  image: async (source) => (await import('./pdf/read-image.ts')).readImage(source),
  docx: (source) => office(source, 'docx'),
  pptx: (source) => office(source, 'pptx'),
  odt: (source) => office(source, 'odt'),
  odp: (source) => office(source, 'odp'),
  ods: (source) => office(source, 'ods'),
  rtf: (source) => office(source, 'rtf'),
  epub: (source) => office(source, 'epub'),
  compound: async (source) => (await import('./compound/read-compound.ts')).readCompound(source),
  xlsx: async (source) => (await import('./read-workbook.ts')).readWorkbook(source),
  html: async (source) => (await import('./read-html.ts')).readHtml(source),
  csv: async (source) => (await import('./read-delimited.ts')).readDelimited(source),
  mail: async (source) => (await import('./mail/read-mail.ts')).readMail(source),
  mailbox: async (source) => (await import('./mail/read-mailbox.ts')).readMailbox(source),
  archive: async (source) => (await import('./nested/read-archive.ts')).readArchive(source),
  markdown: async (source) => readMarkdown(limitedText(source)),
  text: async (source) => readPlainText(limitedText(source)),
  code: async (source) => readCode(limitedText(source)),
}

async function office(source: Source, type: OfficeType): Promise<Draft> {
  return (await import('./read-office.ts')).readOffice(source, type)
}

/** Four bytes are at least one character, so that far too much is refused before it is decoded. */
function limitedText({ bytes, maxTextChars }: Source): string {
  if (bytes.length > maxTextChars * 4) throw tooMuchText(maxTextChars)
  return decodeText(bytes)
}

function damagedUnlessTyped(error: unknown): never {
  if (error instanceof ExtractionError) throw error
  throw new ExtractionError('damaged', 'The file is damaged: its content cannot be read.')
}
