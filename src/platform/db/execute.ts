import type { ClientBase, QueryResult } from 'pg'

export type Execute = (text: string, values?: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

/** Plain SQL on one connection. Of several statements in one text, the rows of all, as pg-boss expects. */
export function executeOn(client: ClientBase): Execute {
  return async (text, values) => {
    const result: QueryResult | QueryResult[] = await client.query(text, values)
    return { rows: [result].flat().flatMap((one) => one.rows as Record<string, unknown>[]) }
  }
}
