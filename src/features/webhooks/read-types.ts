import { inputInvalid } from '#platform/errors.ts'
import { eventTypeNames } from '#platform/events/index.ts'

/** What is told only to whoever names it: what changes nothing. */
export const readingsAndRefusals: readonly string[] = [
  'answer.created',
  'answer.refused',
  'file.downloaded',
  'file.viewed',
  'request.refused',
  'search.clicked',
  'search.performed',
]

/**
 * Types as an endpoint has them, each once. One that no event has is a mistake that would otherwise be silence.
 * @throws input.invalid
 */
export function readTypes(types: readonly string[]): string[] {
  for (const [i, type] of types.entries()) {
    if (eventTypeNames.some((name) => name === type || isWithin(name, type))) continue
    const message = `is no type of an event: ${JSON.stringify(type)}`
    throw inputInvalid(`types.${i} ${message}`, { errors: [{ path: `types.${i}`, message }] })
  }
  return [...new Set(types)]
}

/** `file.*` names every type of files. */
function isWithin(name: string, pattern: string): boolean {
  return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))
}
