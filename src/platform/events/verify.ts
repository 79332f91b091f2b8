import { type Entry, genesis, hashOf } from './chain.ts'

/** Where a chain is, or where an export of one begins. */
export type Head = { id: number; hash: string }

export const beforeFirst: Head = { id: 0, hash: genesis.toString('hex') }

export type Verifier = {
  /** What is wrong with the entry that comes next; undefined where it is what the chain says. */
  add: (entry: Entry & { hash: string }) => string | undefined
  head: () => Head
}

/**
 * Follows a chain entry by entry. An entry that was changed, left out, put in or put elsewhere does not fit the hash of
 * the one before; one that is missing at the end shows where the head is known from elsewhere.
 */
export function createVerifier(chain: string, from: Head = beforeFirst): Verifier {
  let head = from
  return {
    add({ hash, ...entry }) {
      const problem = problemOf(chain, head, entry, hash)
      head = { id: entry.id, hash }
      return problem
    },
    head: () => head,
  }
}

function problemOf(chain: string, head: Head, entry: Entry, hash: string): string | undefined {
  if (entry.chain !== chain) return `is of the chain ${entry.chain}`
  if (entry.id !== head.id + 1) return `follows ${head.id}`
  if (entry.previous_hash !== head.hash) return 'is not tied to the one before it'
  try {
    return hashOf(entry).toString('hex') === hash ? undefined : 'was changed after it was recorded'
  } catch {
    return 'holds what no event holds'
  }
}
