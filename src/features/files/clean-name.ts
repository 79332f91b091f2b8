/**
 * A file name that is safe to show and to send in a header: the last part of any path, without control and invisible
 * formatting characters (a right-to-left override makes `exe.txt` out of `txt.exe`), at most 255 characters. It is
 * never used as a path.
 */
export function cleanName(name: string | undefined): string {
  const last = (name ?? '').toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const visible = last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim()
  const short = visible.slice(0, 255).replace(/[\uD800-\uDBFF]$/, '')
  return /^\.*$/.test(short) ? 'unnamed' : short
}
