import PostalMime from 'postal-mime'
import type { Address, Attachment, Email } from 'postal-mime'
import { ExtractionError } from '../../port.ts'
import type { Draft, Piece, Source } from '../draft.ts'
import { innerPieces } from '../nested/read-inner.ts'
import { htmlDraft } from '../read-html.ts'
import { paragraphs } from '../read-text.ts'

/** A message: its subject as heading, who wrote to whom and when, the body, and what is attached. */
export async function readMail(source: Source): Promise<Draft> {
  const mail = await parse(source.bytes)
  if (isEncrypted(mail)) throw new ExtractionError('protected', 'The message is encrypted.')
  const subject = mail.subject?.trim() ?? ''
  const pieces: Piece[] = subject === '' ? [] : [{ kind: 'heading', level: 1, text: subject }]
  pieces.push({ kind: 'paragraph', text: head(mail) }, ...body(mail))
  for (const attachment of mail.attachments) pieces.push(...(await attached(attachment, source)))
  return { title: subject, pieces }
}

function parse(bytes: Buffer): Promise<Email> {
  const options = {
    maxNestingDepth: 50,
    maxHeadersSize: 256 * 1024,
    attachmentEncoding: 'arraybuffer',
  } as const
  return PostalMime.parse(bytes, options).catch(() => {
    throw new ExtractionError('damaged', 'The file is damaged: it cannot be read as a message.')
  })
}

function isEncrypted(mail: Email): boolean {
  const type = mail.headers.find((header) => header.key === 'content-type')?.value ?? ''
  return /^\s*(?:multipart\/encrypted|application\/(?:x-)?pkcs7-mime(?!.*signed-data))/i.test(type)
}

function head(mail: Email): string {
  const lines: [string, string][] = [
    ['From', mail.from ? shown(mail.from) : ''],
    ['To', (mail.to ?? []).map(shown).join(', ')],
    ['Cc', (mail.cc ?? []).map(shown).join(', ')],
    ['Date', mail.date ?? ''],
  ]
  return lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

function shown(address: Address): string {
  if (address.group) return `${address.name}: ${address.group.map(shown).join(', ')}`
  return address.name === '' ? (address.address ?? '') : `${address.name} <${address.address ?? ''}>`
}

/** The plain part when there is one: it is what the sender's program made for readers without HTML. */
function body(mail: Email): Piece[] {
  if (mail.text !== undefined && mail.text.trim() !== '') return paragraphs(mail.text)
  return mail.html === undefined ? [] : htmlDraft(mail.html).pieces
}

/** Pictures that stand in the text, such as logos, are not read; calendar parts and the like have no name. */
async function attached(attachment: Attachment, source: Source): Promise<Piece[]> {
  const { filename: name, content, related, mimeType } = attachment
  if (name === null && !mimeType.startsWith('message/')) return []
  if (related === true && mimeType.startsWith('image/')) return [{ kind: 'paragraph', text: `(${name})` }]
  return innerPieces(source, { name: name ?? 'message', bytes: Buffer.from(content as ArrayBuffer) })
}
