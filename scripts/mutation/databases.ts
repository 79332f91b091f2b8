import type { Mutation } from '../../test/mutation/mutation.ts'
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

/** The embedded database, with one template for all mutations that cannot change it. */
export async function withEmbedded<T>(work: (place: Place) => Promise<T>): Promise<T> {
  const template = await makeTemplate(undefined)
  const variables = { TEST_TEMPLATE: JSON.stringify(template) }
  try {
    return await work({
      name: 'embedded',
      use: (mutation, run) => run(!mutation || afterTemplate.test(mutation.file) ? variables : {}),
    })
  } finally {
    await dropTemplate(template)
  }
}

/**
 * Server PostgreSQL, a cluster for each mutation: the serving roles belong to all databases of one.
 * @throws Error that says what is missing
 */
export async function openServer(signal: AbortSignal): Promise<Place> {
  const programs = await findPostgres()
  if (typeof programs === 'string') throw new Error(programs)
  return {
    name: 'server',
    use: (_mutation, run) => withCluster(programs, signal, (url) => run({ TEST_DATABASE_URL: url })),
  }
}
