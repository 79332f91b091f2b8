import type { Statement, Given, Probe } from '../statement.ts'
import {
  callerInWords,
  everyCaller,
  everyReading,
  read,
  type Reading,
  readingInWords,
} from '../world/readings.ts'
import { findTrace, foreignTraces, ownTraces, readablePlaces } from '../world/traces.ts'
import type { Caller, Place, World } from '../world/world.ts'
import { customersOf } from '../world/world.ts'

/** How many questions are asked at a time, before it is seen whether to go on. */
const batchSize = 200

/** Every key asks for everything, its own and that of all others, in every way there is to read. */
export const markersStatement: Statement = {
  id: 'markers',
  proves: ['I14'],
  title:
    'Whatever a key asks for, no answer holds a word, name or id of somebody else, and no count includes their files.',
  async *examine(given) {
    const askers = everyCaller(given.world).map((caller) => askerOf(given, caller))
    for (const asker of askers) yield asker.readings.map((reading) => probeOf(given.world, asker, reading))
    yield askers.map((asker) => control(given.world, asker))
    let left = given.probes - askers.reduce((sum, { readings }) => sum + readings.length, 0)
    for (; left > 0; left -= batchSize) {
      yield Array.from({ length: Math.min(left, batchSize) }, () => {
        const asker = pick(askers, given.random)
        return probeOf(given.world, asker, randomReading(given, asker))
      })
    }
  },
  expectedProbes: (given) => {
    const least = everyCaller(given.world).map(
      (caller) => everyReading(given.world, given.routes, caller).length,
    )
    return Math.max(
      given.probes,
      least.reduce((sum, count) => sum + count + 1, 0),
    )
  },
}

type Asker = { caller: Caller; readings: Reading[]; foreign: string[]; unseen: Set<string> }

function askerOf({ world, routes }: Given, caller: Caller): Asker {
  const foreign = foreignTraces(world, caller)
  const unseen = new Set(ownTraces(world, caller))
  return { caller, readings: everyReading(world, routes, caller), foreign, unseen }
}

function probeOf(world: World, asker: Asker, reading: Reading): Probe {
  const { caller, foreign, unseen } = asker
  return {
    request: `${callerInWords(caller)}: ${readingInWords(reading)}`,
    run: async () => {
      const { status, body } = await read(world, caller, reading)
      if (status < 300) for (const trace of unseen) if (body.includes(trace)) unseen.delete(trace)
      const trace = findTrace(body, foreign)
      if (trace !== undefined) return `the answer holds ${trace}`
      if (status >= 500) return `was answered with ${status}`
      return status === 200 ? miscount(world, caller, reading, body) : undefined
    },
  }
}

/** That each key was shown everything of its own: a check that passes on empty answers proves nothing. */
function control(_world: World, { caller, unseen }: Asker): Probe {
  return {
    request: `${callerInWords(caller)}: everything of its own`,
    isControl: true,
    run: async () => (unseen.size === 0 ? undefined : `was never shown ${[...unseen].join(', ')}`),
  }
}

type Asked = {
  query?: string
  spaces?: '*' | string[]
  folders?: string[]
  files?: string[]
  mode?: string
}

/** A count of matching places that is not that of the places the key may read and has asked for. */
function miscount(
  world: World,
  caller: Caller,
  { route, sample }: Reading,
  body: string,
): string | undefined {
  const asked: Asked = sample.body ?? {}
  // Meaning finds what holds none of the words: only words can be counted beforehand.
  if (route.path !== '/v1/search' || asked.query === undefined || asked.mode !== 'text') return undefined
  const { total }: { total: number } = JSON.parse(body)
  const words = asked.query.split(' ')
  const holds = ({ marker }: Place) =>
    [marker, ...world.run.commonWords.split(' ')].some((word) => words.includes(word))
  const expected = readablePlaces(caller).filter(
    (place) => isAsked(caller, place, asked) && holds(place),
  ).length
  return total === expected ? undefined : `counts ${total} instead of ${expected}`
}

function isAsked(
  { level, place: bound }: Caller,
  { space, folder, file }: Place,
  { spaces, folders, files }: Asked,
): boolean {
  const isInSpace =
    spaces === '*' ||
    (spaces === undefined
      ? level === 'space'
        ? space.id === bound.space.id
        : space.slug === 'default'
      : spaces.includes(space.id))
  const isInFolder = folders === undefined || folders.includes(folder.id)
  return isInSpace && isInFolder && (files === undefined || files.includes(file.id))
}

/** One of the readings, or a search that nobody has made before. */
function randomReading({ world, routes, random }: Given, { caller, readings }: Asker): Reading {
  const search = routes.find(({ name }) => name === 'POST /v1/search')
  if (!search || readablePlaces(caller).length === 0 || random() < 0.5) return pick(readings, random)
  const places = customersOf(world).flatMap(({ first, second }) => [first, second])
  const words = [...places.map(({ marker }) => marker), ...world.run.commonWords.split(' ')]
  const query = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(words, random)).join(' ')
  return {
    route: search,
    sample: {
      body: {
        query,
        mode: random() < 0.7 ? 'text' : 'hybrid',
        limit: 1 + Math.floor(random() * 100),
        ...(random() < 0.7 ? { spaces: '*' } : {}),
        ...(random() < 0.2
          ? { folders: [pick(places, random).folder.id, pick(places, random).folder.id] }
          : {}),
        ...(random() < 0.3 ? { files: [pick(places, random).file.id, pick(places, random).file.id] } : {}),
      },
    },
  }
}

function pick<T>(list: T[], random: () => number): T {
  const chosen = list[Math.floor(random() * list.length)]
  if (chosen === undefined) throw new Error('there is nothing to choose from')
  return chosen
}
