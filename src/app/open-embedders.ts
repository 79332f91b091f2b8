import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { breakCircuit } from '#adapters/embedder/break-circuit.ts'
import { openBuiltinEmbedder } from '#adapters/embedder/builtin/open-embedder.ts'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { openOnnxEmbedder } from '#adapters/embedder/onnx/open-embedder.ts'
import { openRemoteEmbedder } from '#adapters/embedder/openai/open-embedder.ts'
import type { Embedder, Embedders, NamedEmbedder } from '#adapters/embedder/port.ts'
import type { Log } from '#platform/log.ts'
import type { Config } from '../config.ts'
import { type EmbedderEntry, type OnnxEntry, type OpenAiEntry, readEmbeddersFile } from './embedders-file.ts'
import { checkDefault, readKey } from './named-entries.ts'
import type { Started } from './started.ts'

const shippedModel = fileURLToPath(new URL('../../models/static-256', import.meta.url))

/**
 * What whole language models are given of a score, and the cosine below which two texts have nothing in common: for
 * all-MiniLM-L6-v2. Others publish no such numbers; an operator knows them better.
 */
const share = 0.6
const leastCosine = 0.2

/**
 * The built-in embedder and those that the operator's file names. Paths in it are relative to it.
 * @throws StartRefused when one cannot be used, or the default is none of them
 */
export async function openEmbedders(config: Config, log: Log, started: Started): Promise<Embedders> {
  const { embeddersFile, embedderDir, embedder: defaultName } = config
  const builtin = await openBuiltinEmbedder(embedderDir ?? shippedModel)
  const all: NamedEmbedder[] = [{ ...builtin, name: 'builtin', kind: 'builtin' }]
  if (embeddersFile !== undefined) {
    const near = (path: string) => resolve(dirname(embeddersFile), path)
    for (const [name, entry] of await readEmbeddersFile(embeddersFile)) {
      const embedder = await open(entry, near, started)
      // Two names are two embedders: what is chosen for one is never asked of the other.
      const named = { ...embedder, id: `${name}:${embedder.id}`, name, kind: entry.kind }
      all.push(embedder.isInstant ? named : leftAloneWhenDown(named, log))
    }
  }
  const names = all.map(({ name }) => name)
  checkDefault('BULKHEAD_EMBEDDER', defaultName, names)
  return createEmbedders(all, all[names.indexOf(defaultName)]!)
}

function leftAloneWhenDown(embedder: NamedEmbedder, log: Log): NamedEmbedder {
  return breakCircuit(embedder, {
    onOpen: (purpose, cause, restMs) =>
      log.warn(
        { embedder: embedder.name, purpose, reason: cause.reason, cause: cause.message, rest_ms: restMs },
        'an embedder fails and is left alone',
      ),
  })
}

type Near = (path: string) => string

async function open(entry: EmbedderEntry, near: Near, started: Started): Promise<Embedder> {
  switch (entry.kind) {
    case 'static':
      return openBuiltinEmbedder(
        entry.directory === undefined ? shippedModel : near(entry.directory),
        entry.share,
      )
    case 'onnx': {
      const embedder = await openOnnx(entry, near)
      started.push(() => embedder.close())
      return embedder
    }
    case 'openai':
      return openRemote(entry, near)
  }
}

function openOnnx(entry: OnnxEntry, near: Near) {
  return openOnnxEmbedder({
    directory: near(entry.directory),
    share: entry.share,
    leastCosine: entry.least_cosine ?? leastCosine,
    queryPrefix: entry.query_prefix ?? '',
    documentPrefix: entry.document_prefix ?? '',
    threads: entry.threads ?? Math.max(1, availableParallelism() - 1),
    queryTimeoutMs: entry.query_timeout_ms ?? 5000,
  })
}

async function openRemote(entry: OpenAiEntry, near: Near): Promise<Embedder> {
  return openRemoteEmbedder({
    url: entry.url,
    model: entry.model,
    width: entry.width,
    sendsDimensions: entry.dimensions ?? false,
    key: entry.key_file === undefined ? undefined : await readKey(near(entry.key_file), 'embedder'),
    share: entry.share ?? share,
    leastCosine: entry.least_cosine ?? leastCosine,
    queryPrefix: entry.query_prefix ?? '',
    documentPrefix: entry.document_prefix ?? '',
    maxChars: entry.max_chars ?? 8000,
    batchSize: entry.batch_size ?? 64,
    queryTimeoutMs: entry.query_timeout_ms ?? 2000,
    documentTimeoutMs: entry.document_timeout_ms ?? 60_000,
  })
}
