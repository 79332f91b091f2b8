import { createRequire } from 'node:module'
import type * as msgReader from '@kenjiuno/msgreader'
import type { FieldsData } from '@kenjiuno/msgreader'
import { ExtractionError } from '../../port.ts'
import type { Draft, Piece, Source } from '../draft.ts'
import { innerPieces } from '../nested/read-inner.ts'
import { htmlDraft } from '../read-html.ts'
import { paragraphs } from '../read-text.ts'

/** The package is CommonJS and says that it is not: only `require` gives the same everywhere. */
const { default: MsgReader } = createRequire(import.meta.url)(
  '@kenjiuno/msgreader',
) as typeof msgReader.default
type MsgReader = InstanceType<typeof msgReader.default.default>

/** An Outlook message, told like any other; what is attached follows it. */
export async function readMessage(source: Source): Promise<Draft> {
  const reader = new MsgReader(
    new DataView(source.bytes.buffer, source.bytes.byteOffset, source.bytes.length),
  )
  const message = reader.getFileData()
  if (message.error !== undefined)
    throw new ExtractionError('damaged', 'The file is damaged: it cannot be read as a message.')
  refuseEncrypted(message)
  const subject = message.subject?.trim() ?? ''
  const pieces: Piece[] = subject === '' ? [] : [{ kind: 'heading', level: 1, text: subject }]
  pieces.push({ kind: 'paragraph', text: head(message) }, ...body(message))
  for (const attachment of message.attachments ?? [])
    pieces.push(...(await attached(reader, attachment, source)))
  return { mediaType: 'application/vnd.ms-outlook', title: subject, pieces }
}

function refuseEncrypted({ messageClass, attachments }: FieldsData): void {
  const isSealed = /^IPM\.Note\.(?:Secure|SMIME)(?!\.MultipartSigned)/i.test(messageClass ?? '')
  const isPgp =
    attachments?.some(({ attachMimeTag }) => attachMimeTag === 'application/pgp-encrypted') ?? false
  if (isSealed || isPgp) throw new ExtractionError('protected', 'The message is encrypted.')
}

function head(message: FieldsData): string {
  const named = (kind: string) =>
    (message.recipients ?? [])
      .filter(({ recipType }) => recipType === kind)
      .map((one) => shown(one.name, one.smtpAddress ?? one.email))
  const lines: [string, string][] = [
    ['From', shown(message.senderName, message.senderSmtpAddress ?? message.senderEmail)],
    ['To', named('to').join(', ')],
    ['Cc', named('cc').join(', ')],
    ['Date', message.messageDeliveryTime ?? message.clientSubmitTime ?? ''],
  ]
  return lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

function shown(name = '', address = ''): string {
  if (name === '' || name === address) return address
  return address === '' ? name : `${name} <${address}>`
}

function body({ body: text, bodyHtml, html }: FieldsData): Piece[] {
  if (text !== undefined && text.trim() !== '') return paragraphs(text)
  const page = bodyHtml ?? (html === undefined ? '' : Buffer.from(html).toString('utf8'))
  return page === '' ? [] : htmlDraft(page).pieces
}

async function attached(reader: MsgReader, attachment: FieldsData, source: Source): Promise<Piece[]> {
  const name = attachment.fileName ?? attachment.name ?? 'attachment'
  if (attachment.attachmentHidden === true) return []
  const { content } = reader.getAttachment(attachment)
  return innerPieces(source, { name, bytes: Buffer.from(content) })
}
