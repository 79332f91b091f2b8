import { type Outside, OutsideError } from '#adapters/outside/port.ts'
import { inputInvalid } from '#platform/errors.ts'

/**
 * An address in the spelling that is called. It is https, so that nobody on the way reads what happens in a tenant; http goes
 * to numbers alone that the operator allows, which lie in a network of their own.
 * @throws input.invalid
 */
export function readUrl(text: string, outside: Pick<Outside, 'look'>): string {
  const { url, isSecure, isAllowed } = lookAt(text, outside)
  if (!isSecure && !isAllowed) throw refused('must be https')
  return url
}

function lookAt(text: string, outside: Pick<Outside, 'look'>) {
  try {
    return outside.look(text)
  } catch (error) {
    if (error instanceof OutsideError) throw refused('must be an address with https and without a user name')
    throw error
  }
}

function refused(message: string) {
  return inputInvalid(`url ${message}`, { errors: [{ path: 'url', message }] })
}

/** What may be told of an address: its path and query may carry secrets. */
export function originOf(url: string): string {
  return new URL(url).origin
}
