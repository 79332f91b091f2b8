import { isIP } from 'node:net'
import { OutsideError } from './port.ts'

/** What is called, with its host in the one spelling that is looked at and connected to. */
export type Target = {
  url: URL
  isSecure: boolean
  /** A name, or an address without brackets. */
  host: string
  isAddress: boolean
  port: number
}

const maxChars = 2048

/**
 * Reads an address that somebody else wrote. What parsers read differently is refused rather than guessed: blanks,
 * backslashes, missing slashes, user names. Numbers in any base, fewer parts, digits of other scripts and escapes are
 * made the address they stand for.
 * @throws OutsideError
 */
export function readTarget(text: string): Target {
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1]
  if (
    text.length > maxChars ||
    authority === undefined ||
    authority.includes('@') ||
    /[\s\\\p{Cc}]/u.test(text)
  )
    throw new OutsideError('invalid')
  const url = URL.parse(text)
  if (!url) throw new OutsideError('invalid')
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const isSecure = url.protocol === 'https:'
  const port = Number(url.port || (isSecure ? 443 : 80))
  return { url, isSecure, host, isAddress: isIP(host) !== 0, port }
}
