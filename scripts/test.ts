import { runDatabases } from './test/run-databases.ts'
import { runTypes } from './test/run-types.ts'

/**
 * `npm test [-- filters]`: what must not compile, every test on the embedded database, then what depends on the
 * database again on server PostgreSQL, where there is one.
 */
const filters = process.argv.slice(2)
const types = filters.length > 0 ? undefined : await runTypes()
await runDatabases(
  { embedded: ['unit', 'api', 'isolation', 'package'], server: ['api', 'isolation'], filters },
  types,
)
