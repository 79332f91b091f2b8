import { join } from 'node:path'
import type { Extractor } from '#adapters/extract/port.ts'
import { findSandbox, type Guard } from '#adapters/extract/pool/find-sandbox.ts'
import { startExtractor } from '#adapters/extract/pool/start-extractor.ts'
import {
  prepareRecognition,
  RecognitionDataMissing,
} from '#adapters/extract/recognition/prepare-recognition.ts'
import { StartRefused } from '#platform/errors.ts'
import { lockFirstFree } from '#platform/lock.ts'
import type { Config } from '../config.ts'
import type { Started } from './started.ts'

/** @throws StartRefused when there are no data for a language that text is to be recognised in */
export function startReading(config: Config, started: Started): Extractor {
  const scratch = lockFirstFree(join(config.dataDir, 'scratch'))
  started.push(() => scratch.release())
  const extractor = startExtractor({
    processes: config.extractionProcesses,
    timeoutMs: config.extractionTimeoutMs,
    maxMemoryMb: config.extractionMaxMemoryMb,
    maxTextChars: config.extractionMaxChars,
    scratchDir: scratch.directory,
    recognition: recognitionOf(config),
  })
  started.push(() => extractor.close())
  return extractor
}

export type { Guard }

export function readingGuards({ extractionMaxMemoryMb, dataDir }: Config): Guard[] {
  return findSandbox(extractionMaxMemoryMb, [join(dataDir, 'scratch')]).guards
}

function recognitionOf({ ocr, ocrLanguages, ocrDataDir, dataDir }: Config) {
  if (ocr === 'off') return undefined
  try {
    const directory = join(dataDir, 'recognition')
    return prepareRecognition({ languages: ocrLanguages, sourceDir: ocrDataDir, directory })
  } catch (error) {
    throw error instanceof RecognitionDataMissing ? new StartRefused(error.message) : error
  }
}
