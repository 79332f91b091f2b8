import CFB from 'cfb'
import { ExtractionError } from '../../port.ts'

/** The streams of a compound file, the container of Office 97 to 2003 and of Outlook messages ([MS-CFB]). */
export type Compound = { names: string[]; stream: (name: string) => Buffer | undefined }

/** @throws ExtractionError `damaged` */
export function openCompound(bytes: Buffer): Compound {
  try {
    const container = CFB.parse(bytes)
    const names = container.FullPaths.map((path) => path.slice(path.indexOf('/') + 1))
    return {
      names,
      stream: (name) => {
        const entry = CFB.find(container, `/${name}`)
        return entry ? Buffer.from(entry.content) : undefined
      },
    }
  } catch {
    throw new ExtractionError('damaged', 'The file is damaged: its container cannot be read.')
  }
}
