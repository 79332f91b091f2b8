/** An open-addressing hash table from 64-bit terms to the numbers 0, 1, 2 … in order of arrival. */
export type TermTable = {
  size: number
  highs: Uint32Array
  lows: Uint32Array
  /** Term number + 1, or 0 where free; a power of two, at most half full. */
  slots: Uint32Array
}

export function createTermTable(expectedTerms = 64): TermTable {
  const capacity = Math.max(16, expectedTerms)
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(capacity * 2)))
  return { size: 0, highs: new Uint32Array(capacity), lows: new Uint32Array(capacity), slots }
}

/** The term's number, or -1. */
export function findTerm(table: TermTable, high: number, low: number): number {
  return table.slots[slotOf(table, high, low)]! - 1
}

/** The term's number, given to it now if it is new. */
export function addTerm(table: TermTable, high: number, low: number): number {
  let slot = slotOf(table, high, low)
  const known = table.slots[slot]! - 1
  if (known >= 0) return known
  if (table.size === table.highs.length || table.size * 2 >= table.slots.length) {
    grow(table)
    slot = slotOf(table, high, low)
  }
  const number = table.size++
  table.highs[number] = high
  table.lows[number] = low
  table.slots[slot] = number + 1
  return number
}

/** Gives back the room kept for terms that never came. */
export function trimTable(table: TermTable): void {
  table.highs = table.highs.slice(0, table.size)
  table.lows = table.lows.slice(0, table.size)
}

/** The term's slot, or the free one where it belongs. */
function slotOf(table: TermTable, high: number, low: number): number {
  const { slots, highs, lows } = table
  const mask = slots.length - 1
  let slot = low & mask
  for (;;) {
    const number = slots[slot]! - 1
    if (number < 0 || (lows[number] === low && highs[number] === high)) return slot
    slot = (slot + 1) & mask
  }
}

function grow(table: TermTable): void {
  const larger = createTermTable(table.size * 2)
  larger.highs.set(table.highs)
  larger.lows.set(table.lows)
  table.highs = larger.highs
  table.lows = larger.lows
  table.slots = larger.slots
  for (let number = 0; number < table.size; number++) {
    table.slots[slotOf(table, table.highs[number]!, table.lows[number]!)] = number + 1
  }
}
