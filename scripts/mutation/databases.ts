import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutation } from '../../test/mutation/mutation.ts'
import { withEmbedded as openEmbedded } from '../../test/support/connect.ts'
import { dropTemplate, makeTemplate } from '../../test/support/template.ts'
import { findPostgres } from '../test/find-postgres.ts'
import { withCluster } from '../test/with-cluster.ts'

/** Where a mutation is tried: gives `work` the variables by which tests find their database. */
export type Place = {
  name: 'embedded' | 'server'
  use: <T>(
    mutation: Mutation | undefined,
    work: (variables: Record<string, string>) => Promise<T>,
  ) => Promise<T>
}

/**
 * What cannot have changed the database that tests start from. Everything else gets a template made by the changed
 * code, which takes some seconds more.
 */
const afterTemplate =
  /^src\/(http|cli|features|app|isolation|jobs\/worker|adapters\/extract|platform\/db\/(db|catalogue)|platform\/log)/

/** The embedded database: one template for all mutations that cannot change it, for the others an empty one to migrate. */
export async function withEmbedded<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const empty = await mkdtemp(join(tmpdir(), 'bulkhead-empty-'))
  try {
    await openEmbedded(empty, () => Promise.resolve())
    const template = await makeTemplate(undefined, empty)
    const [whole, begun] = [{ TEST_TEMPLATE: JSON.stringify(template) }, { TEST_EMPTY_DATABASE: empty }]
    try {
      return await work({
        name: 'embedded',
        use: (mutation, run) => run(!mutation || afterTemplate.test(mutation.file) ? whole : begun),
      })
    } finally {
      await dropTemplate(template)
    }
  } finally {
    await rm(empty, { recursive: true, force: true })
  }
}

/** Server PostgreSQL, a cluster for each mutation: the serving roles belong to all databases of one. Else what is missing. */
export async function findServer(signal: AbortSignal): Promise<Place | string> {
  const programs = await findPostgres()
  if (typeof programs === 'string') return programs
  return {
    name: 'server',
    use: (_mutation, run) => withCluster(programs, signal, (url) => run({ TEST_DATABASE_URL: url })),
  }
}
