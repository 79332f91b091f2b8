import ipaddr from 'ipaddr.js'

/** Public by their number, and yet the inside of a cloud. */
const inside = ['168.63.129.16']

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address is one of the internet. What is not known to be is not: this machine, networks of their own, links,
 * groups, examples, and every way to write IPv4 in IPv6, which may be carried on to an address that is not public.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address) || inside.includes(address)) return false
  const found = ipaddr.parse(address)
  if (found.range() !== 'unicast') return false
  return found.kind() === 'ipv4' || (found as ipaddr.IPv6).match(globalUnicast)
}
