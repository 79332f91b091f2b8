import { inputInvalid } from '#platform/errors.ts'

/**
 * An origin as a browser sends it (RFC 6454, section 6.2): scheme and host in small letters, no default port, nothing after it.
 * @throws input.invalid
 */
export function readOrigin(text: string): string {
  const url = URL.parse(text)
  const isOrigin = url && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href
  if (!isOrigin || url.username !== '' || url.host.includes('*') || /[/?#]$/.test(text)) throw refused(text)
  return url.origin
}

function refused(text: string) {
  const message = `must be like https://app.example.com, and not ${JSON.stringify(text)}`
  return inputInvalid(`origins ${message}`, { errors: [{ path: 'origins', message }] })
}
