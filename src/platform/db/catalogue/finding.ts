/** Typed rows of one catalogue query. */
export type Query = <Row>(text: string, values?: unknown[]) => Promise<Row[]>

export type Finding = {
  /** What kind of thing it is and its name, e.g. `table files`. */
  object: string
  /** What is wrong with it, as the rest of a sentence. */
  problem: string
}

/** @property examined how many objects were looked at: a check that looked at none has shown nothing */
export type Outcome = { examined: number; findings: Finding[] }

export type Check = Outcome & { statement: 'I01' | 'I02' | 'I03' | 'I04' | 'I05'; title: string }

export function join(...outcomes: Outcome[]): Outcome {
  return {
    examined: outcomes.reduce((sum, { examined }) => sum + examined, 0),
    findings: outcomes.flatMap(({ findings }) => findings),
  }
}
