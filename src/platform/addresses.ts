import ipaddr from 'ipaddr.js'

/** A range of addresses in the form it is kept in, or undefined for text that is none: `10.0.0.7` is `10.0.0.7/32`. */
export function readRange(text: string): string | undefined {
  try {
    if (!text.includes('/')) {
      const address = ipaddr.process(text)
      return `${address.toString()}/${address.kind() === 'ipv4' ? 32 : 128}`
    }
    const [address, bits] = ipaddr.parseCIDR(text)
    return `${address.toString()}/${bits}`
  } catch {
    return undefined
  }
}

/** Whether an address lies in one of the ranges. IPv4 in IPv6 clothes is IPv4. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const found = ipaddr.process(address)
  return ranges.some((range) => {
    const [start, bits] = ipaddr.parseCIDR(range)
    return start.kind() === found.kind() && found.match([start, bits] as never)
  })
}
