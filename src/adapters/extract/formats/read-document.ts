import { ExtractionError } from '../port.ts'
import type { Extraction } from '../port.ts'
import { composeText, tooMuchText } from './compose.ts'
import { detectLanguage } from './detect-language.ts'
import { detectType } from './detect-type.ts'
import type { Format } from './detect-type.ts'
import type { Draft, Source } from './draft.ts'
import { readMarkdown } from './read-markdown.ts'
import type { OfficeType } from './read-office.ts'
import { decodeText, readCode, readPlainText } from './read-text.ts'

/** Reads one document of any kind. Throws `ExtractionError`; anything else that is thrown is a parser's fault. */
export async function readDocument(source: Source): Promise<Extraction> {
  const { format, mediaType } = await detectType(source.bytes, source.fileName)
  const draft = await readers[format](source).catch(damagedUnlessTyped)
  const composed = composeText(draft, source.maxTextChars)
  return { mediaType, ...composed, language: await detectLanguage(composed.text) }
}

/** Heavy parsers load with the first document that needs them: the workbook reader alone takes 0.3 s. */
const readers: Record<Format, (source: Source) => Promise<Draft>> = {
  pdf: async (source) => (await import('./read-pdf.ts')).readPdf(source),
  docx: (source) => office(source, 'docx'),
  pptx: (source) => office(source, 'pptx'),
  odt: (source) => office(source, 'odt'),
  odp: (source) => office(source, 'odp'),
  ods: (source) => office(source, 'ods'),
  rtf: (source) => office(source, 'rtf'),
  epub: (source) => office(source, 'epub'),
  xlsx: async (source) => (await import('./read-workbook.ts')).readWorkbook(source),
  html: async (source) => (await import('./read-html.ts')).readHtml(source),
  csv: async (source) => (await import('./read-delimited.ts')).readDelimited(source),
  mail: async (source) => (await import('./read-mail.ts')).readMail(source),
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
