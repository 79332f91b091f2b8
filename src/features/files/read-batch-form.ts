import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { inputInvalid } from '#platform/errors.ts'
import { cleanName } from './clean-name.ts'
import { checkedFields, isFormError, parseJson, type UploadFields } from './read-form.ts'

/** More would hold the request open for minutes: send several. */
const maxBatchFiles = 100

export type BatchPart<Stored> = { name: string; mediaType: string; stored: Stored }
export type BatchForm<Stored> = {
  parts: BatchPart<Stored>[]
  /** What holds for all. */
  common: UploadFields
  fieldsOf: (i: number) => UploadFields
}

/**
 * Reads a form of several `file` parts. Its other fields hold for all of them; `each`, a JSON list in the order of the
 * files, holds what is of one alone.
 * @throws input.invalid; then everything that was stored is discarded
 */
export async function readBatchForm<Stored>(
  request: FastifyRequest,
  store: (content: Readable) => Promise<Stored>,
  discard: (stored: Stored) => Promise<void>,
): Promise<BatchForm<Stored>> {
  if (!request.isMultipart()) throw invalid('file', 'send the files as multipart/form-data')
  const fields: Record<string, unknown> = {}
  const parts: BatchPart<Stored>[] = []
  try {
    for await (const part of request.parts({ limits: { files: maxBatchFiles + 1 } })) {
      if (part.type === 'field') {
        if (part.fieldname in fields) throw invalid(part.fieldname, 'may be given once')
        fields[part.fieldname] = part.value
        continue
      }
      if (part.fieldname !== 'file')
        throw invalid(part.fieldname, 'is not a file field: the files go into `file`')
      if (parts.length === maxBatchFiles) throw invalid('file', `may be given ${maxBatchFiles} times`)
      const stored = await store(part.file)
      parts.push({ name: cleanName(part.filename), mediaType: part.mimetype, stored })
    }
    if (parts.length === 0) throw invalid('file', 'is required')
    const all = readEach(fields, parts.length).map(checkedFields)
    const { each: _each, ...shared } = fields
    return { parts, common: checkedFields({ ...shared, file: '' }), fieldsOf: (i) => all[i]! }
  } catch (error) {
    for (const { stored } of parts) await discard(stored)
    throw isFormError(error) ? invalid('form', 'must be a whole multipart form with files') : error
  }
}

/** The fields of each file: those of all, and its own over them. */
function readEach({ each, ...common }: Record<string, unknown>, files: number): Record<string, unknown>[] {
  const shared = { ...common, file: '' }
  if (each === undefined) return Array.from({ length: files }, () => shared)
  const list = typeof each === 'string' ? parseJson(each) : undefined
  if (!Array.isArray(list) || list.length !== files)
    throw invalid('each', 'must be a JSON list with one object for each file')
  return list.map((own: unknown) => {
    if (typeof own !== 'object' || own === null || Array.isArray(own))
      throw invalid('each', 'must hold objects')
    // Text in a form, a value here.
    const metadata = 'metadata' in own ? { metadata: JSON.stringify(own.metadata) } : {}
    return { ...shared, ...own, ...metadata }
  })
}

function invalid(path: string, message: string) {
  return inputInvalid(`${path}: ${message}`, { errors: [{ path, message }] })
}
