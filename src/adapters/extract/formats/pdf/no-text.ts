import { ExtractionError } from '../../port.ts'

export function noText(): ExtractionError {
  return new ExtractionError(
    'no_text',
    'The file is a scan or a picture: it has no text, and recognising text in pictures is switched off.',
  )
}
