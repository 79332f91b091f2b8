import { runDatabases } from './test/run-databases.ts'
import { runTypes } from './test/run-types.ts'

/**
 * `npm test [-- filters]`: what must not compile, every test on the embedded database, then what depends on the
 * database again on server PostgreSQL, and what must not mix callers up once more through PgBouncer, where there are
 * such.
 */
const filters = process.argv.slice(2)
const types = filters.length > 0 ? undefined : await runTypes()
const embedded = ['unit', 'api', 'isolation', 'package']
await runDatabases({ embedded, server: ['api', 'isolation'], pooled: ['pooled'], filters }, types)
