import { inputInvalid } from '#platform/errors.ts'
import { eventTypeNames } from '#platform/events/index.ts'

/**
 * Types that events are chosen by, each once. One that no event has is a mistake that would otherwise be silence.
 * @param from the types there are to choose from
 * @throws input.invalid
 */
export function readTypes(types: readonly string[], from: readonly string[] = eventTypeNames): string[] {
  for (const [i, type] of types.entries()) {
    if (from.some((name) => name === type || isWithin(name, type))) continue
    const message = `is none of the types to choose from: ${JSON.stringify(type)}`
    throw inputInvalid(`types.${i} ${message}`, { errors: [{ path: `types.${i}`, message }] })
  }
  return [...new Set(types)]
}

/** `file.*` names every type of files. */
function isWithin(name: string, pattern: string): boolean {
  return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))
}
