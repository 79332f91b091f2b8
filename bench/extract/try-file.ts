import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type ExtractionFailure, ExtractionError, type Extractor } from '#adapters/extract/port.ts'
import type { Demand } from './read-manifest.ts'
import { watchPeak } from './watch-peak.ts'

export type Outcome = {
  failure: ExtractionFailure | 'error' | undefined
  text: string
  /** What it said with the password, where there is one. */
  textWithPassword: string | undefined
  chars: number
  ms: number
  rssMb: number
}

/** Reads a file as the server does, in a process that has seen no other document. */
export async function tryFile(extractor: Extractor, demand: Demand): Promise<Outcome> {
  const plain = await read(extractor, demand, undefined)
  const opened = demand.password === undefined ? undefined : await read(extractor, demand, demand.password)
  return { ...plain, chars: plain.text.length, textWithPassword: opened?.text }
}

async function read(extractor: Extractor, { path }: Demand, password: string | undefined) {
  const { size } = await stat(path)
  const startMs = performance.now()
  const peak = watchPeak()
  try {
    const { text, title } = await extractor.extract({
      affinity: randomUUID(),
      fileName: basename(path),
      sizeBytes: size,
      content: () => createReadStream(path),
      ...(password === undefined ? {} : { password }),
    })
    return {
      text: `${title ?? ''}\n${text}`,
      failure: undefined,
      ms: performance.now() - startMs,
      rssMb: peak(),
    }
  } catch (error) {
    const failure = error instanceof ExtractionError ? error.failure : ('error' as const)
    return { text: '', failure, ms: performance.now() - startMs, rssMb: peak() }
  }
}
