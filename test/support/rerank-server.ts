import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ModelServer, type React, type Sent, sendJson, startModelServer } from './model-server.ts'

type Body = { model: string; query: string; documents: string[]; top_n: number }

export type RerankServer = ModelServer<Body>

/** A real server that speaks the rerank protocol. It likes short texts, so that anybody can check it. */
export function startRerankServer(): Promise<RerankServer> {
  return startModelServer((request, response) => sendJson(response, { results: resultsOf(request) }))
}

/** The best first, as these endpoints answer. */
export function resultsOf({ body }: Sent<Body>) {
  return body.documents
    .map((text, index) => ({ index, relevance_score: 1 / (1 + text.length) }))
    .sort((a, b) => b.relevance_score - a.relevance_score)
}

/** Answers with other results than it should. */
export function answering(change: (results: ReturnType<typeof resultsOf>) => unknown): React<Body> {
  return (request, response) => sendJson(response, { results: change(resultsOf(request)) })
}

export const rerankKey = 'rk-of-the-operator'

/** A file for `BULKHEAD_RERANKERS_FILE`: `short` is the endpoint at `url`, and what else is given. */
export async function writeRerankersFile(url: string, more: Record<string, object> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-rerankers-'))
  const file = join(folder, 'rerankers.json')
  await writeFile(join(folder, 'key'), `${rerankKey}\n`, { mode: 0o600 })
  const short = { kind: 'cohere', url, model: 'short-1', key_file: 'key', share: 1, timeout_ms: 2000 }
  await writeFile(file, JSON.stringify({ short, ...more }))
  return { file, remove: () => rm(folder, { recursive: true }) }
}
