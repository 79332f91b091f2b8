import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'
import { type FieldError, inputInvalid } from '#platform/errors.ts'

const options = { removeAdditional: false, useDefaults: true, allErrors: true, strict: false } as const

/** Bodies are taken as they are; query parameters are text on the wire and may become numbers and booleans. */
const asGiven = withFormats(new Ajv2020(options))
const fromText = withFormats(new Ajv2020({ ...options, coerceTypes: 'array' }))

export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const validate = (httpPart === 'querystring' ? fromText : asGiven).compile(schema)
  return (value: unknown) =>
    validate(value) ? { value } : { error: invalid(validate.errors ?? [], httpPart ?? 'body') }
}

/**
 * Text that PostgreSQL cannot hold or that is no text at all: NUL and lone surrogates, anywhere in a body or query.
 * @throws input.invalid naming each place
 */
export function refuseUnstorableText(value: unknown): void {
  const errors: FieldError[] = []
  walk(value, '', errors)
  if (errors.length > 0) throw inputInvalid('The request holds text that cannot be stored.', { errors })
}

function walk(value: unknown, path: string, errors: FieldError[]): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) errors.push({ path, message: 'must not contain the NUL character' })
    else if (!value.isWellFormed()) errors.push({ path, message: 'must not contain half a surrogate pair' })
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    walk(key, path, errors)
    walk(child, path === '' ? key : `${path}.${key}`, errors)
  }
}

function invalid(found: ErrorObject[], part: string) {
  const errors = found.slice(0, 20).map((error) => ({ path: pathOf(error, part), message: messageOf(error) }))
  return inputInvalid(`${errors[0]?.path}: ${errors[0]?.message}`, { errors })
}

function pathOf(error: ErrorObject, part: string): string {
  const place = error.instancePath.slice(1).replaceAll('/', '.')
  const own: unknown = error.params['missingProperty'] ?? error.params['additionalProperty']
  const path = typeof own === 'string' ? [place, own].filter(Boolean).join('.') : place
  return path || part
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'additionalProperties') return 'is not a field of this request'
  if (error.keyword === 'required') return 'is required'
  if (error.keyword === 'enum')
    return `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`
  return error.message ?? 'is not valid'
}

function withFormats(ajv: Ajv2020): Ajv2020 {
  addFormats.default(ajv)
  return ajv
}
