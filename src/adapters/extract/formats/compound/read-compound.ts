import officeCrypto from 'officecrypto-tool'
import { ExtractionError } from '../../port.ts'
import type { Draft, Source } from '../draft.ts'
import { openCompound } from './open-compound.ts'

/** Documents of Office 97 to 2003, Outlook messages, and Office documents behind a password, which all come as compound files. */
export async function readCompound(source: Source): Promise<Draft> {
  const compound = openCompound(source.bytes)
  const has = (name: string) => compound.names.includes(name)
  if (has('EncryptedPackage')) return opened(source)
  if (has('__properties_version1.0')) return (await import('./read-message.ts')).readMessage(source)
  if (has('WordDocument')) {
    const isLocked = ((compound.stream('WordDocument')?.readUInt16LE(10) ?? 0) & 0x0100) !== 0
    return isLocked ? opened(source) : (await import('./read-word.ts')).readWord(source)
  }
  if (has('PowerPoint Document')) {
    // The header token of a presentation behind a password ([MS-PPT] 2.3.2).
    const isLocked = compound.stream('Current User')?.readUInt32LE(12) === 0xf3d1c4df
    return isLocked ? opened(source) : (await import('./read-slides.ts')).readSlides(compound)
  }
  if (has('Workbook') || has('Book')) {
    return isLockedWorkbook(source.bytes)
      ? opened(source)
      : (await import('./read-sheets.ts')).readSheets(source)
  }
  throw new ExtractionError(
    'unsupported',
    'The file is of a kind that cannot be read (an old compound format).',
  )
}

/** Every protected one fails here without a password, and with a wrong one. */
async function opened(source: Source): Promise<Draft> {
  const { password } = source
  if (password === undefined) throw protectedBy('The file is protected with a password.')
  const bytes = await officeCrypto.decrypt(source.bytes, { password }).catch(() => {
    throw protectedBy('The file is protected with another password than the one given.')
  })
  const draft = await source.nested.read({ ...source, bytes, password: undefined })
  if (draft instanceof ExtractionError) throw draft
  return draft
}

function isLockedWorkbook(bytes: Buffer): boolean {
  try {
    return officeCrypto.isEncrypted(bytes)
  } catch {
    return false
  }
}

function protectedBy(message: string): ExtractionError {
  return new ExtractionError('protected', message)
}
