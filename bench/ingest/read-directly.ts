import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { startExtractor } from '#adapters/extract/pool/start-extractor.ts'
import { prepareRecognition } from '#adapters/extract/recognition/prepare-recognition.ts'
import { ExtractionError } from '#adapters/extract/port.ts'
import { inParallel } from '../server/in-parallel.ts'
import type { LocalFile } from '../server/read-folder.ts'

/** The same reading without a server around it: nothing is stored, cut, embedded or indexed. */
export async function readDirectly(
  files: readonly LocalFile[],
  processes: number,
): Promise<{ seconds: number; failed: number }> {
  const scratchDir = mkdtempSync(join(tmpdir(), 'bench-ingest-'))
  const directory = join(scratchDir, 'recognition')
  const extractor = startExtractor({
    processes,
    timeoutMs: 60_000,
    maxMemoryMb: 1024,
    maxTextChars: 100_000_000,
    scratchDir,
    recognition: prepareRecognition({ languages: ['eng'], sourceDir: undefined, directory }),
  })
  let failed = 0
  const started = performance.now()
  try {
    await inParallel(files, processes, async ({ name, content }) => {
      const request = { affinity: 'bench', fileName: name, sizeBytes: content.length }
      await extractor
        .extract({ ...request, content: () => Readable.from([content]) })
        .catch((error: unknown) => {
          if (!(error instanceof ExtractionError)) throw error
          failed++
        })
    })
    return { seconds: (performance.now() - started) / 1000, failed }
  } finally {
    await extractor.close()
    rmSync(scratchDir, { recursive: true, force: true })
  }
}
