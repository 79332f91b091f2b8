import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Recognition } from '../formats/draft.ts'

export type RecognitionOptions = {
  /** Names as tesseract has them: `eng`, `deu`, `chi_sim`. */
  languages: string[]
  /** A directory with `<language>.traineddata` files of one's own. */
  sourceDir: string | undefined
  /** Where the data are laid for reading processes. */
  directory: string
}

/** No data for a language that recognition is to know. */
export class RecognitionDataMissing extends Error {}

/**
 * Lays out the data of the languages that text in pictures is recognised in: from a directory of one's own, else from an installed package. Nothing
 * is fetched.
 * @throws RecognitionDataMissing
 */
export function prepareRecognition({ languages, sourceDir, directory }: RecognitionOptions): Recognition {
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  for (const language of languages) {
    const target = join(directory, `${language}.traineddata`)
    const own = sourceDir === undefined ? undefined : join(sourceDir, `${language}.traineddata`)
    if (own !== undefined && existsSync(own)) copyFileSync(own, target)
    else if (!existsSync(target)) place(target, readPackaged(language))
  }
  return { languages: languages.join('+'), directory }
}

/** Another server process may lay out the same file at the same moment. */
function place(target: string, data: Buffer): void {
  const unfinished = `${target}.${process.pid}`
  writeFileSync(unfinished, data)
  renameSync(unfinished, target)
}

function readPackaged(language: string): Buffer {
  const name = `@tesseract.js-data/${language}`
  try {
    const packed = createRequire(import.meta.url).resolve(`${name}/4.0.0_best_int/${language}.traineddata.gz`)
    return gunzipSync(readFileSync(packed))
  } catch (cause) {
    throw new RecognitionDataMissing(
      `There are no data to recognise text in "${language}": install ${name}, or put ${language}.traineddata into BULKHEAD_OCR_DATA_DIR.`,
      { cause },
    )
  }
}
