import type { Embedders } from '#adapters/embedder/port.ts'
import { noReranker, type Rerankers } from '#adapters/rerank/port.ts'
import { inputInvalid } from '#platform/errors.ts'

type Chosen = { embedder?: string | null; reranker?: string | null }

/** @throws input.invalid for a name that no model of this server has */
export function checkModels(
  { embedder, reranker }: Chosen,
  { embedders, rerankers }: { embedders: Embedders; rerankers: Rerankers },
): void {
  const names = (all: readonly { name: string }[]) => all.map(({ name }) => name)
  checkName('embedder', embedder, names(embedders.all))
  checkName('reranker', reranker, [noReranker, ...names(rerankers.all)])
}

function checkName(path: string, name: string | null | undefined, known: readonly string[]): void {
  if (typeof name !== 'string' || known.includes(name)) return
  const message = `must be one of ${known.join(', ')}, or null`
  throw inputInvalid(`${path}: ${message}`, { errors: [{ path, message }] })
}
