import { isWithin } from '#platform/addresses.ts'

/** Whether a caller may come from there; an empty list lets everybody. */
export function isAllowedAddress(address: string, ranges: readonly string[]): boolean {
  return ranges.length === 0 || isWithin(address, ranges)
}
