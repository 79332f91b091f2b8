import { floorOf, holes } from '#platform/db/server-versions.ts'
import { page, table } from './markdown.ts'

/** Which PostgreSQL a start refuses, and for what. */
export function generateServerVersions(): string {
  const majors = [...new Set(holes.flatMap(({ fixedIn }) => Object.keys(fixedIn).map(Number)))].sort(
    (a, b) => a - b,
  )
  const rows = holes.map(({ cve, what, fixedIn, unreached }) => [
    `[${cve}](https://www.postgresql.org/support/security/${cve}/)`,
    what,
    Object.entries(fixedIn)
      .map(([major, minor]) => `${major}.${minor}`)
      .join(', '),
    unreached === undefined ? 'Refused.' : `Told in the log. ${unreached}`,
  ])
  return page(
    'PostgreSQL versions',
    'src/platform/db/server-versions.ts',
    `Oldest version that serves: ${majors.map((major) => `${major}.${floorOf(major)}`).join(', ')}. Newer major versions are let in. What is compared is \`server_version_num\`.`,
    table(['Hole', 'What it was', 'Fixed in', 'A server that has it'], rows),
    'The embedded database is PostgreSQL 18 at the version that the lock file pins.',
  )
}
