import type { Embedders } from '#adapters/embedder/port.ts'
import { inputInvalid } from '#platform/errors.ts'

/** @throws input.invalid for a name that no embedder of this server has */
export function checkEmbedder({ embedder }: { embedder?: string | null }, embedders: Embedders): void {
  if (typeof embedder !== 'string' || embedders.named(embedder)) return
  const names = embedders.all.map(({ name }) => name).join(', ')
  const message = `must be one of ${names}, or null`
  throw inputInvalid(`embedder: ${message}`, { errors: [{ path: 'embedder', message }] })
}
