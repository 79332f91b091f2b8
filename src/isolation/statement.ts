import type { Route } from './routes/route-table.ts'
import type { World } from './world/world.ts'

/** Something that is asked of the server, and how to see from the answer whether the wall held. */
export type Probe = {
  /** Who asks what, with ids and made-up names alone: it stands in reports. */
  request: string
  /** The owner finds here what the stranger must not: when this fails, the rest has proven nothing. */
  isControl?: true
  /** What was wrong, in words and without content; undefined when all was right. */
  run: () => Promise<string | undefined>
}

/** What a statement could not look at. */
export type NotChecked = { notChecked: string; why: string }

export type Given = {
  world: World
  /** The routes to look at: those of the server, or fewer. */
  routes: Route[]
  /** How many probes a statement may make that can make any number. */
  probes: number
  /** From 0 to below 1, the same row of numbers for the same seed. */
  random: () => number
}

/** One thing that has to hold, and how to try it from outside. */
export type Statement = {
  /** A name for reports and options. */
  id: string
  /** The numbers of the isolation statements that it shows. */
  proves: string[]
  /** What is stated, in a sentence for people who do not know the product. */
  title: string
  /**
   * Yields probes in batches: those of one batch run at the same time, the next batch begins when they are done. What has
   * to be in order is in batches of one.
   */
  examine: (given: Given) => AsyncIterable<Probe[] | NotChecked>
  /** About how many probes it will make, for the time left. */
  expectedProbes: (given: Given) => number
}
