import type { ChunkLimits } from './chunk-extraction.ts'
import type { Unit } from './split-blocks.ts'

/** A section shorter than this share of the target is no unit of retrieval: it joins its neighbour. */
const tinyShare = 1 / 4

/** Groups neighbouring units into chunks. */
export function packUnits(units: Iterable<Unit>, limits: ChunkLimits): Generator<Unit[]> {
  return joinTiny(groupUnits(units, limits), limits)
}

function* groupUnits(units: Iterable<Unit>, limits: ChunkLimits): Generator<Unit[]> {
  let open: Unit[] = []
  for (const unit of units) {
    if (closesBefore(open, unit, limits)) {
      const carried = takeTitles(open, unit, limits.maxChars)
      if (open.length > 0) yield open
      open = carried
    }
    open.push(unit)
  }
  if (open.length > 0) yield open
}

function closesBefore(open: Unit[], unit: Unit, { targetChars, maxChars, by }: ChunkLimits): boolean {
  const first = open[0]
  if (!first) return false
  const joined = unit.end - first.start
  if (open.every(isTitle)) return joined > maxChars
  if (joined > targetChars) return true
  if (by === 'size') return false
  const isTiny = lengthOf(open) < targetChars * tinyShare
  return unit.kind === 'heading' && !isTiny && unit.level <= contentLevel(open)
}

/** The level of the section that a group has begun in: a heading as high as that begins another. */
function contentLevel(open: Unit[]): number {
  return open.find((unit) => !isTitle(unit))?.level ?? 0
}

/** Takes headings and table headers off the end of a group: they go with what follows them. */
function takeTitles(open: Unit[], next: Unit, maxChars: number): Unit[] {
  const taken: Unit[] = []
  for (
    let last = open.at(-1);
    last && isTitle(last) && next.end - last.start <= maxChars;
    last = open.at(-1)
  ) {
    taken.unshift(last)
    open.pop()
  }
  return taken
}

function isTitle(unit: Unit): boolean {
  return unit.kind === 'heading' || unit.kind === 'table-header'
}

/** What is left tiny joins the chunk before it, or after it, where the two fit. */
function* joinTiny(groups: Iterable<Unit[]>, { targetChars, maxChars }: ChunkLimits): Generator<Unit[]> {
  const isTiny = (units: Unit[]) => lengthOf(units) < targetChars * tinyShare
  let before: Unit[] | undefined
  for (const group of groups) {
    const fits = before !== undefined && lengthOf([...before.slice(0, 1), ...group]) <= maxChars
    if (before && fits && (isTiny(group) || isTiny(before))) before.push(...group)
    else {
      if (before) yield before
      before = group
    }
  }
  if (before) yield before
}

function lengthOf(units: Unit[]): number {
  return (units.at(-1)?.end ?? 0) - (units[0]?.start ?? 0)
}
