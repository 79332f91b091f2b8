/** How many edits away a word may be: a short word is near too many others. Lengths in UTF-16 units. */
export function maxEditsOf(word: string): 0 | 1 | 2 {
  if (word.length < 5) return 0
  return word.length < 9 ? 1 : 2
}

/**
 * How many letters have to be put in, left out, replaced or swapped with their neighbour to make one word the other, no
 * stretch edited twice (optimal string alignment), or `max + 1` if it is more than `max`. Only the cells within `max` of
 * the diagonal are filled.
 */
export function countEdits(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = Array.from({ length: b.length + 1 }, () => max + 1)
    row[0] = i
    const end = Math.min(b.length, i + max)
    for (let j = Math.max(1, i - max); j <= end; j++) {
      const isSame = a[i - 1] === b[j - 1]
      let least = Math.min(last[j - 1]! + (isSame ? 0 : 1), last[j]! + 1, row[j - 1]! + 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) least = Math.min(least, before[j - 2]! + 1)
      row[j] = Math.min(least, max + 1)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** Which letters a word has, 32 kinds of them: words that differ in more of these than edits can change need no closer look. */
export function signatureOf(word: string): number {
  let signature = 0
  for (let i = 0; i < word.length; i++) signature |= 1 << (word.charCodeAt(i) & 31)
  return signature
}

/** Can words with these signatures be so few edits apart? One edit brings one kind of letter at most and takes one away. */
export function mayBeNear(a: number, b: number, maxEdits: number): boolean {
  return countBits(a & ~b) <= maxEdits && countBits(b & ~a) <= maxEdits
}

function countBits(bits: number): number {
  let rest = bits
  let count = 0
  for (; rest !== 0; rest &= rest - 1) count++
  return count
}
