import { cleanName } from '../clean-name.ts'

/** What a file is called by its address: the last part of the path that says anything. */
export function nameInUrl(url: string): string {
  const parts = URL.parse(url)?.pathname.split('/') ?? []
  return cleanName(decode(parts.findLast((part) => part !== '')))
}

/** What the answer says the file is called (RFC 6266), or undefined. */
export function nameInAnswer(disposition: string | undefined): string | undefined {
  const extended = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition ?? '')?.[1]
  if (extended !== undefined) return cleanName(decode(extended))
  const [, quoted, bare] =
    /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(disposition ?? '') ?? []
  const name = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare
  return name === undefined ? undefined : cleanName(name)
}

function decode(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text)
  } catch {
    return text
  }
}
