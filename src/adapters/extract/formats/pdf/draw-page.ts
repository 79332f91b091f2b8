import { LiteParse } from '@llamaindex/liteparse'
import { ExtractionError } from '../../port.ts'
import type { PagePicture } from '../../port.ts'
import { detectType } from '../detect-type.ts'

/** Enough to read a page on a screen, in dots an inch. */
const dpi = 110

/** A page as it is seen, as PNG. */
export async function drawPage(
  bytes: Buffer,
  { page, password }: { page: number; password: string | undefined },
): Promise<PagePicture> {
  const { format } = await detectType(bytes, '')
  if (format !== 'pdf' && format !== 'image') throw notThere('The file has no pages that can be drawn.')
  const parser = new LiteParse({
    ocrEnabled: false,
    dpi,
    quiet: true,
    ...(password === undefined ? {} : { password }),
  })
  const drawn = await parser.screenshot(bytes, [page]).catch(() => [])
  const [picture] = drawn
  if (!picture) throw notThere('The file has no such page, or the page cannot be drawn.')
  return { png: picture.imageBuffer, width: picture.width, height: picture.height }
}

function notThere(message: string): ExtractionError {
  return new ExtractionError('unsupported', message)
}
