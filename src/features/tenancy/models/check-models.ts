import type { Embedders } from '#adapters/embedder/port.ts'
import { type LanguageModels, noModel } from '#adapters/language/port.ts'
import { noReranker, type Rerankers } from '#adapters/rerank/port.ts'
import { inputInvalid } from '#platform/errors.ts'

/** The models of this server, by what they do. */
export type Models = { embedders: Embedders; rerankers: Rerankers; models: LanguageModels }

type Chosen = { embedder?: string | null; reranker?: string | null; model?: string | null }

/** @throws input.invalid for a name that no model of this server has */
export function checkModels(
  { embedder, reranker, model }: Chosen,
  { embedders, rerankers, models }: Models,
): void {
  const names = (all: readonly { name: string }[]) => all.map(({ name }) => name)
  checkName('embedder', embedder, names(embedders.all))
  checkName('reranker', reranker, [noReranker, ...names(rerankers.all)])
  checkName('model', model, [noModel, ...names(models.all)])
}

function checkName(path: string, name: string | null | undefined, known: readonly string[]): void {
  if (typeof name !== 'string' || known.includes(name)) return
  const message = `must be one of ${known.join(', ')}, or null`
  throw inputInvalid(`${path}: ${message}`, { errors: [{ path, message }] })
}
