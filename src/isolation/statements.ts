import type { Statement } from './statement.ts'
import { abortedStatement } from './statements/aborted.ts'
import { atOnceStatement } from './statements/at-once.ts'
import { catalogueStatement } from './statements/catalogue.ts'
import { foreignIdsStatement } from './statements/foreign-ids.ts'
import { interleavingStatement } from './statements/interleaving.ts'
import { markersStatement } from './statements/markers.ts'
import { neighboursStatement } from './statements/neighbours.ts'
import { recreationStatement } from './statements/recreation.ts'
import { repeatedQueriesStatement } from './statements/repeated-queries.ts'
import { sameNamesStatement } from './statements/same-names.ts'
import { wideningStatement } from './statements/widening.ts'

/**
 * Everything that is tried, in this order: first what needs files that are at rest. A new statement is a file and a line
 * here.
 */
export const statements: Statement[] = [
  catalogueStatement,
  neighboursStatement,
  foreignIdsStatement,
  wideningStatement,
  markersStatement,
  interleavingStatement,
  abortedStatement,
  repeatedQueriesStatement,
  sameNamesStatement,
  atOnceStatement,
  recreationStatement,
]
