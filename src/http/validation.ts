import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'
import { IsArray, IsBoolean, IsInteger, IsObject, type TSchema } from 'typebox'
import { type FieldError, inputInvalid } from '#platform/errors.ts'

const options = {
  removeAdditional: false,
  useDefaults: true,
  allErrors: true,
  strict: false,
  verbose: true, // errors come with the schema they are of
} as const

const ajv = new Ajv2020(options)
addFormats.default(ajv)

/** Bodies are taken as they are; query parameters are text on the wire and become what their schema says. */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const validate = ajv.compile(schema)
  return (given: unknown) => {
    const value = httpPart === 'querystring' ? fromText(schema, given) : given
    return validate(value) ? { value } : { error: invalid(validate.errors ?? [], httpPart ?? 'body') }
  }
}

/** Only plain decimal digits are a number: JavaScript would read `0x10`, `1e2` and an empty text as numbers too. */
function fromText(schema: object, given: unknown): unknown {
  if (!IsObject(schema) || typeof given !== 'object' || given === null) return given
  const read = ([name, text]: [string, unknown]) => [name, readAs(schema.properties[name], text)]
  return Object.fromEntries(Object.entries(given).map(read))
}

function readAs(schema: TSchema | undefined, text: unknown): unknown {
  if (IsInteger(schema) && typeof text === 'string' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (IsBoolean(schema) && (text === 'true' || text === 'false')) return text === 'true'
  return IsArray(schema) && !Array.isArray(text) ? [text] : text
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
  if (error.keyword === 'additionalProperties') return `is not a field of this request${knownFields(error)}`
  if (error.keyword === 'required') return 'is required'
  if (error.keyword === 'enum')
    return `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`
  return error.message ?? 'is not valid'
}

function knownFields({ parentSchema }: ErrorObject): string {
  const known = Object.keys(Object(parentSchema?.['properties']))
  return known.length === 0 ? '' : `; it may be ${known.join(', ')}`
}
