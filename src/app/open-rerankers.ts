import { dirname, resolve } from 'node:path'
import type { Embedders } from '#adapters/embedder/port.ts'
import { byName } from '#adapters/model/named.ts'
import { openRerankByEmbedder } from '#adapters/rerank/embedder/open-reranker.ts'
import { openRerankEndpoint } from '#adapters/rerank/endpoint/open-reranker.ts'
import { leaveAloneWhenDown } from '#adapters/rerank/leave-alone.ts'
import { type NamedReranker, noReranker, type Reranker, type Rerankers } from '#adapters/rerank/port.ts'
import { StartRefused } from '#platform/errors.ts'
import type { Log } from '#platform/log.ts'
import type { Config } from '../config.ts'
import { checkDefault, readKey } from './named-entries.ts'
import { type CohereEntry, readRerankersFile, type RerankerEntry } from './rerankers-file.ts'

/** What the relevance of an unknown model gets of the new order; its operator knows better. */
const share = 0.6

/**
 * The rerankers that the operator's file names. Paths in it are relative to it.
 * @throws StartRefused when one cannot be used, or the default is none of them
 */
export async function openRerankers(config: Config, embedders: Embedders, log: Log): Promise<Rerankers> {
  const { rerankersFile, reranker: defaultName } = config
  const all: NamedReranker[] = []
  if (rerankersFile !== undefined) {
    const near = (path: string) => resolve(dirname(rerankersFile), path)
    for (const [name, entry] of await readRerankersFile(rerankersFile)) {
      const named = { ...(await open(name, entry, near, embedders)), name, kind: entry.kind }
      all.push(
        leaveAloneWhenDown(named, {
          onOpen: ({ reason, message }, restMs) =>
            log.warn(
              { reranker: name, reason, cause: message, rest_ms: restMs },
              'a reranker fails and is left alone',
            ),
        }),
      )
    }
  }
  checkDefault('BULKHEAD_RERANKER', defaultName, [noReranker, ...all.map(({ name }) => name)])
  return byName(all, defaultName)
}

type Near = (path: string) => string

async function open(name: string, entry: RerankerEntry, near: Near, embedders: Embedders): Promise<Reranker> {
  if (entry.kind === 'cohere') return openEndpoint(entry, near)
  const embedder = embedders.named(entry.embedder)
  if (!embedder)
    throw new StartRefused(`The reranker ${name} needs "${entry.embedder}", and no embedder is named so.`)
  return openRerankByEmbedder(embedder, { share: entry.share, timeoutMs: entry.timeout_ms ?? 5000 })
}

async function openEndpoint(entry: CohereEntry, near: Near): Promise<Reranker> {
  return openRerankEndpoint({
    url: entry.url,
    model: entry.model,
    key: entry.key_file === undefined ? undefined : await readKey(near(entry.key_file), 'reranker'),
    share: entry.share ?? share,
    maxChars: entry.max_chars ?? 8000,
    timeoutMs: entry.timeout_ms ?? 2000,
  })
}
