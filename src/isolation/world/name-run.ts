import { randomInt } from 'node:crypto'
import type { Run } from './world.ts'

/** What the name of everything begins with that a check makes on a server. */
export const namePrefix = 'isolation-check-'

const letters = (count: number) =>
  Array.from({ length: count }, () => String.fromCodePoint(97 + randomInt(26))).join('')

export function nameRun(tag = letters(8)): Run {
  const [delivery, insured, breakage] = ['delivery', 'insured', 'breakage'].map((word) => `${word}${tag}`)
  return {
    name: `${namePrefix}${tag}`,
    commonWords: `${delivery} ${insured} ${breakage}`,
    question: `What is every ${delivery} ${insured} against?`,
    commonText: `# Terms\n\nEvery ${delivery} is ${insured} against ${breakage}.\n\n`,
  }
}

/** A word that stands in one file alone. */
export function markerOf({ name }: Run, what: string): string {
  return `${name.slice(namePrefix.length)}${what}marker`
}
