/** What was measured, by name with its unit last; undefined where this machine cannot tell. */
export type Figures = Record<string, number | undefined>

/** What is to be reached on two cores with the embedded database: at most, or at least for what is counted a second. */
const goals: Record<string, number> = {
  embedder_load_ms: 150,
  embedder_memory_mb: 40,
  embed_200_words_per_s: 2000,
  texts_split_differently: 0,
  start_first_ms: 8000,
  start_later_ms: 2000,
  memory_idle_mb: 450,
  me_p50_ms: 3,
  search_10000_chunks_p50_ms: 10,
}

export function rowOf(name: string, value: number | undefined): string[] {
  const goal = goals[name]
  const isRate = name.endsWith('_per_s')
  const isReached = goal !== undefined && value !== undefined && (isRate ? value >= goal : value <= goal)
  const verdict = goal === undefined || value === undefined ? '' : isReached ? 'reached' : 'MISSED'
  return [
    name,
    value === undefined ? 'not measured' : format(value),
    goal === undefined ? '' : `${isRate ? '≥' : '≤'} ${goal}`,
    verdict,
  ]
}

function format(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}
