/** What isolation means, statement by statement; every one has a guard here. */
export const statements = {
  I01: 'Every table with tenant data has a tenant, and row security enabled and forced.',
  I02: 'Every policy names its role and checks the tenant, for reading and for writing.',
  I03: 'The serving roles can do nothing that row security does not bind; others are refused at the start.',
  I04: 'Unique indexes and foreign keys of tenant tables begin with the tenant.',
  I05: 'No view, materialized view or function shows rows past the policies.',
  I06: 'A missing, empty, malformed or foreign setting reads nothing and writes nothing.',
  I07: 'The rules of others for such schemas hold.',
  I08: 'Every hot statement is planned over the tenant’s index.',
  I09: 'Requests of many tenants at once over few connections get their own answers.',
  I10: 'A request that is broken off leaves nothing to the next user of its connection.',
  I11: 'The id of somebody else is answered like the id of nobody, in every place of every route.',
  I12: 'The same holds over every other way in, the command line included.',
  I13: 'What a request says only ever narrows what its credential may.',
  I14: 'Among many tenants nobody is shown another’s word, id or count.',
  I15: 'Scores, ranks and totals stay what they are whatever a neighbour does.',
  I16: 'A tenant gets its best results, and all it asked for, however large its neighbours are.',
  I17: 'The same bytes and names in two tenants are two things that know nothing of each other.',
  I18: 'Nothing remembered for one caller answers another.',
  I19: 'What was deleted or revoked is gone for the next request.',
  I20: 'A job runs as the tenant of its row, and no job runs without one.',
  I21: 'No log, trace, metric or error holds a word of content.',
  I22: 'No error says anything of the database.',
  I28: 'No address that somebody names leads the server to itself, its machine or its network.',
  I29: 'Content of another tenant does not open with one’s own key.',
  I30: 'After its key is destroyed a tenant’s content opens nowhere.',
  I31: 'Texts reach a model on another machine only from tenants and spaces that chose it.',
  I32: 'Who may see a part of a space is told nothing of the rest, in no list, count, score or suggestion.',
} as const

export type Statement = keyof typeof statements

export type Edit = {
  /** From the root of the repository. */
  file: string
  /** Stands in the file exactly once. */
  find: string
  replace: string
}

/** One guard of isolation, and how to break it. */
export type Mutation = Edit & {
  /** What protects, as a sentence. */
  guard: string
  /** What no longer holds without it. */
  statement: Statement
  /** The test files that have to notice; `test/types` for what must not compile. */
  tests: string[]
  /** For tests that only a server PostgreSQL can run: tried there alone, where there is one. */
  on?: 'server'
  /** Other guards that hold by themselves, and are taken away too so that the tests see this one. */
  alone?: Edit[]
  /** For a guard whose loss the server, or its migration, already refuses. */
  atStart?: {
    /** What the refusal says. */
    says: string
    /** Takes the refusal away, so that the tests have to notice. */
    without: Edit[]
  }
}

/** From the outside in: what the compiler, the statement, the database, the key and the running process refuse. */
export const layers = {
  types: 'Types: what must not compile',
  predicate: 'Predicate: what every statement says by itself',
  database: 'Database: what PostgreSQL refuses',
  key: 'Key: what does not open',
  process: 'Process: what the running server takes care of',
} as const

export type Layer = keyof typeof layers
