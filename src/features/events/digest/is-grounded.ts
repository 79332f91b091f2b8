import { dayOf, type Told } from './put-in-words.ts'

/** UTF-16 units of the longest words that are taken. */
const maxChars = 4000
const quotations = /[“"„«]([^“”"„«»]*)[”"“»]/gu
const digits = /\d+/gu
/** Words for numbers say as much as digits: from two on. */
const spelled = 'two three four five six seven eight nine ten eleven twelve'.split(' ')
const rounded =
  /\b(\w+teen|\w+ty-\w+|(twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|thousands?|millions?)\b/iu
/** Addresses, and marks of which a reader’s page might make a link or a picture. */
const linked = /[\p{L}\p{N}][.:/@]+[\p{L}\p{N}/]|[[\]<>`*#|\\]/u
/** What nobody sees, and numbers that are no digits of ours. */
const hidden = /\p{Cf}|[^\P{N}0-9]/u

/**
 * Whether words say no number and quote no name that the digest does not have, and link to nothing. Files and searches are
 * named in quotes. Who did what they may still mix up.
 */
export function isGrounded(words: string, told: Told): boolean {
  if (words === '' || words.length > maxChars) return false
  const { names, unquotedNames, numbers } = factsOf(told)
  for (const [, name = ''] of words.matchAll(quotations)) if (!isOneOf(names, name)) return false
  const unquoted = words.replaceAll(quotations, ' ')
  if ([linked, hidden, rounded].some((refused) => refused.test(unquoted))) return false
  const rest = unquotedNames.reduce((left, name) => left.replaceAll(name, ' '), unquoted)
  const said = [
    ...Array.from(rest.matchAll(digits), ([number]) => Number(number)),
    ...spelled.flatMap((word, i) => (new RegExp(`\\b${word}\\b`, 'iu').test(rest) ? [i + 2] : [])),
  ]
  return said.every((number) => numbers.has(number))
}

/** As it is called, or as a sentence ends with it. */
function isOneOf(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || names.has(name.replace(/[.,;:]$/u, ''))
}

/** Every text and every number of a digest. Its days and its people are named without quotes, and hold numbers that count nothing. */
function factsOf({ period, ...counted }: Told) {
  const names = new Set<string>()
  // Of one thing, and of none, everybody may speak.
  const numbers = new Set([0, 1])
  const collect = (value: unknown): void => {
    if (typeof value === 'number') numbers.add(value)
    else if (typeof value === 'string') names.add(value)
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(collect)
  }
  collect(counted)
  const { added, changed, removed } = counted
  const people = [added, changed, removed].flatMap(({ by }) => by.flatMap(({ who }) => who.name ?? []))
  const unquotedNames = [...Object.values(period).map(dayOf), ...people.filter((name) => /\p{L}/u.test(name))]
  // The longest first: one may be part of another.
  return { names, numbers, unquotedNames: unquotedNames.toSorted((a, b) => b.length - a.length) }
}
