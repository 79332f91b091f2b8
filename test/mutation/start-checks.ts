import type { Edit, Mutation } from './mutation.ts'

/** The server looks at the catalogue at each start. */
const examination: Edit = {
  file: 'src/app/examine-database.ts',
  find: '    refuseFindings(await examineCatalogue(execute, kind))\n',
  replace: '',
}

/** The migration looks at the keys of each tenant table as it makes it one. */
const procedure: Edit = {
  file: 'migrations/0001_foundation.sql',
  find: 'if offender is not null then',
  replace: 'if false then',
}

type AtStart = NonNullable<Mutation['atStart']>

export function refusedByExamination(says: string): AtStart {
  return { says, without: [examination] }
}

export function refusedByMigration(says: string): AtStart {
  return { says, without: [procedure, examination] }
}
