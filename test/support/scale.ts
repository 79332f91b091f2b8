const isFull = process.env['TEST_SCALE'] === 'full'
const choose = <T>(small: T, full: T): T => (isFull ? full : small)

/**
 * How much the tests of scale do: little in the suite, where they state the guarantee, and everything under
 * `npm run test:scale`, where size could break it. A test that takes a size from here belongs to both by that alone.
 */
export const scale = {
  /** Documents that a neighbour adds, edits and deletes while a tenant's answers must stay what they are. */
  neighbourDocuments: choose(60, 10_000),
  /** Chunks of tenants whose search has to be exact … */
  chunksOfTenants: choose([10, 60], [10, 100, 1_000, 10_000]),
  /** … beside a tenant of so many in the same words. */
  chunksOfNeighbour: choose(300, 200_000),
  /** Tenants with a marker each, and how often they all ask for their own and for another's. */
  markedTenants: choose(10, 1_000),
  markerRequests: choose(280, 100_000),
  /** Requests of many tenants at the same time over two connections. */
  interleavedRequests: choose(500, 100_000),
  /** Files that are deleted and keys that are revoked, and looked for in the same instant. */
  deletions: choose(40, 1_000),
  revocations: choose(30, 1_000),
  /** Documents and as many queries that hold a word which must not come out anywhere. */
  canaries: choose(30, 1_000),
  /** Jobs of many tenants, and how often a worker is killed among them. */
  killedJobs: choose(30, 10_000),
  workerKills: choose(1, 5),
  /** Random histories of a space that several processes write and search. */
  histories: choose(8, 10_000),
  /** Random trees of folders, files and grants, held against the rules told by hand. */
  grantTrees: choose(300, 10_000),
  /** Runs of several callers that write, delete, search and replace the key in any order. */
  interleavedRotations: choose(3, 200),
}

/** Ends what hangs, on the slowest machine too; a test at full size is done when it is done. */
export const testTimeoutMs = choose(240_000, 12 * 3_600_000)
