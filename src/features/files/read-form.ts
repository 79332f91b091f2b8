import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { Compile } from 'typebox/compile'
import type { Static } from 'typebox'
import { refuseUnstorableText } from '#http/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { cleanName } from './clean-name.ts'
import { Metadata, UploadForm } from './schemas.ts'

type Fields = Omit<Static<typeof UploadForm>, 'file' | 'metadata'>
export type UploadFields = Fields & { metadata: Static<typeof Metadata> }
export type ReceivedForm<Stored> = { fields: UploadFields; name: string; mediaType: string; stored: Stored }

const checkForm = Compile(UploadForm)
const checkMetadata = Compile(Metadata)

/**
 * Reads a multipart upload part by part. The file is handed to `store` as it arrives, whatever the order of the
 * fields; when the rest of the form turns out bad, `discard` takes it back.
 * @throws input.invalid
 */
export async function readUploadForm<Stored>(
  request: FastifyRequest,
  store: (content: Readable) => Promise<Stored>,
  discard: (stored: Stored) => Promise<void>,
): Promise<ReceivedForm<Stored>> {
  if (!request.isMultipart()) throw invalid('file', 'send the file as multipart/form-data')
  const fields: Record<string, unknown> = {}
  let received: { name: string; mediaType: string; stored: Stored } | undefined
  try {
    for await (const part of request.parts()) {
      if (part.fieldname in fields) throw invalid(part.fieldname, 'may be given once')
      if (part.type === 'field') {
        fields[part.fieldname] = part.value
        continue
      }
      if (part.fieldname !== 'file')
        throw invalid(part.fieldname, 'is not a file field: the file goes into `file`')
      fields['file'] = ''
      received = { name: cleanName(part.filename), mediaType: part.mimetype, stored: await store(part.file) }
    }
    if (!received) throw invalid('file', 'is required')
    return { ...received, fields: checkedFields(fields) }
  } catch (error) {
    if (received) await discard(received.stored)
    throw isFormError(error) ? invalid('form', 'must be a whole multipart form with exactly one file') : error
  }
}

/** What the parser says of an early end or an unusable boundary; these errors of it have no code. */
export function isFormError(error: unknown): boolean {
  return error instanceof Error && !('code' in error) && /multipart|needle/i.test(error.message)
}

export function checkedFields(fields: Record<string, unknown>): UploadFields {
  refuseUnstorableText(fields)
  if (!checkForm.Check(fields)) {
    const [error] = checkForm.Errors(fields)
    const unknown = Object.keys(fields).find((name) => !(name in UploadForm.properties))
    if (unknown) throw invalid(unknown, 'is not a field of this request')
    throw invalid(error?.instancePath.slice(1) || 'form', error?.message ?? 'is not valid')
  }
  const { file: _file, metadata, ...rest } = fields
  return { ...rest, metadata: metadata === undefined ? {} : parseMetadata(metadata) }
}

function parseMetadata(text: string): Static<typeof Metadata> {
  const value = parseJson(text)
  if (!checkMetadata.Check(value)) {
    throw invalid(
      'metadata',
      'must be a JSON object of up to 50 keys with text, numbers, booleans or lists of text',
    )
  }
  // Again, because JSON writes NUL and half a surrogate pair as escapes.
  refuseUnstorableText({ metadata: value })
  return value
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function invalid(path: string, message: string) {
  return inputInvalid(`${path}: ${message}`, { errors: [{ path, message }] })
}
