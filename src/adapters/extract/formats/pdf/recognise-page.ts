import { LiteParse } from '@llamaindex/liteparse'
import type { LiteParseConfig, PageOrientationCorrection, ParsedPage } from '@llamaindex/liteparse'
import type { Recognition } from '../draft.ts'
import { layoutOptions } from './layout-options.ts'

/** A page with less text than this is a picture with a stamp or a page number. */
const fewChars = 50
/** Share of a page that a picture takes for its text to count. */
const largePicture = 0.25
/** Below it, letters were guessed rather than read: the page lies on its side, or it is no text. */
const sureEnough = 0.7

type Scan = { bytes: Buffer; password: string | undefined; recognition: Recognition }

/** Whether a page says more by what is drawn on it than by its text. */
export function needsRecognition({ complexity }: ParsedPage): boolean {
  if (!complexity?.needsOcr) return false
  if (complexity.isGarbled || complexity.largestImageCoverage >= largePicture) return true
  const isDrawn =
    complexity.fullPageImage || complexity.imageBlockCount > 0 || (complexity.uncoveredVectorArea ?? 0) > 0
  return complexity.textLength < fewChars && (isDrawn || complexity.textLength === 0)
}

/** A page with what is read in its pictures, turned upright when it lies on its side; as it was where nothing can be read. */
export async function recognisePage(page: ParsedPage, scan: Scan): Promise<ParsedPage> {
  const upright = await recognise(page.pageNum, 0, scan)
  if (!upright) return page
  if (sureness(upright) >= sureEnough) return upright
  const tries = [upright]
  for (const angle of [90, 270, 180] as const) {
    const turned = await recognise(page.pageNum, angle, scan)
    if (!turned) continue
    tries.push(turned)
    if (sureness(turned) >= sureEnough) break
  }
  return tries.reduce((best, one) => (lettersRead(one) > lettersRead(best) ? one : best))
}

async function recognise(
  page: number,
  angle: PageOrientationCorrection['angle'],
  { bytes, password, recognition }: Scan,
): Promise<ParsedPage | undefined> {
  const parser = new LiteParse({
    ...layoutOptions,
    ...recognitionOptions(recognition),
    targetPages: String(page),
    ...(password === undefined ? {} : { password }),
    ...(angle === 0 ? {} : { pageOrientationCorrections: [{ page, angle }] }),
  })
  const result = await parser.parse(bytes).catch(() => undefined)
  return result?.pages[0]
}

/** Data lie in a directory: the parser would fetch what it does not find. */
function recognitionOptions({ languages, directory }: Recognition): Partial<LiteParseConfig> {
  return { ocrEnabled: true, ocrLanguage: languages, tessdataPath: directory, ocrFailureFatal: false }
}

function sureness(page: ParsedPage): number {
  const letters = recognised(page).reduce((sum, { text }) => sum + text.length, 0)
  return letters === 0 ? 0 : lettersRead(page) / letters
}

/** Letters, each by how sure its word is. */
function lettersRead(page: ParsedPage): number {
  return recognised(page).reduce((sum, { text, confidence = 0 }) => sum + text.length * confidence, 0)
}

function recognised(page: ParsedPage) {
  return page.textItems.filter(({ confidence }) => confidence !== undefined)
}
