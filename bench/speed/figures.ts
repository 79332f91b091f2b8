/** What was measured, by name with its unit last; undefined where this machine cannot tell. */
export type Figures = Record<string, number | undefined>

/** What is to be reached on two cores with the embedded database. */
const goals: Record<string, number> = {
  start_first_ms: 8000,
  start_later_ms: 2000,
  memory_idle_mb: 450,
  me_p50_ms: 3,
  search_10000_chunks_p50_ms: 10,
}

export function rowOf(name: string, value: number | undefined): string[] {
  const goal = goals[name]
  const verdict = goal === undefined || value === undefined ? '' : value <= goal ? 'reached' : 'MISSED'
  return [
    name,
    value === undefined ? 'not measured' : format(value),
    goal === undefined ? '' : `≤ ${goal}`,
    verdict,
  ]
}

function format(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}
