import { domainToASCII } from 'node:url'

/** Scripts whose letters are taken for each other's. One address uses one of them. */
const lookAlikes = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
]

/**
 * An e-mail address in the one spelling in which addresses are kept and compared: compatibility forms become plain ones
 * (NFKC), letters small, the domain its ASCII form (IDNA), so that a look-alike domain is seen to be another one. Undefined
 * for what is no address, for invisible characters, and for a local part that mixes scripts that look alike, such as a
 * Cyrillic `а` among Latin letters.
 */
export function readEmail(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase().normalize('NFKC')
  const at = plain.lastIndexOf('@')
  const local = plain.slice(0, Math.max(0, at))
  const domain = domainToASCII(plain.slice(at + 1))
  if (!isLocalPart(local) || !isDomain(domain)) return undefined
  const email = `${local}@${domain}`
  return email.length <= 320 ? email : undefined
}

function isLocalPart(local: string): boolean {
  const atoms = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
  const scripts = lookAlikes.filter((script) => script.test(local))
  return local.length <= 64 && atoms.test(local) && scripts.length <= 1
}

function isDomain(domain: string): boolean {
  return (
    domain.length <= 253 &&
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(domain)
  )
}
