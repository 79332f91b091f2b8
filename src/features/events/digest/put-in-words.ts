import type { daysOf, Digest } from './schemas.ts'

/** What there is to tell. */
export type Told = Omit<Digest, 'words' | 'phrased_by' | 'not_phrased_by'>
type Files = { files: number; names: (string | null)[] }

const mostSaid = 3
const longestName = 60

/** What a digest says, in English sentences: its own counts and names, and nothing that is not in it. */
export function putInWords(told: Told, name: keyof typeof daysOf | undefined): string {
  const { added, changed, removed, failed, questions, searches } = told
  const sentences = [
    `${inPeriod(told.period, name)}, ${doneInWords(added, 'added')}.`,
    changed.files > 0 && `${doneInWords(changed, 'changed')}.`,
    removed.files > 0 && `${doneInWords(removed, 'removed')}.`,
    failed.files > 0 && `${failedInWords(failed)}.`,
    searches !== null && searches.searches > 0 && `${searchesInWords(searches)}.`,
    searches !== null &&
      searches.unanswered.length > 0 &&
      `Nothing was found for ${searchedInWords(searches.unanswered, 'without_results')}.`,
    questions.asked > 0 &&
      `${questions.unanswered} of ${counted(questions.asked, 'question')} stayed without an answer.`,
  ]
  return sentences.filter((sentence) => sentence !== false).join(' ')
}

function inPeriod({ from, to }: Told['period'], name: keyof typeof daysOf | undefined): string {
  return name === undefined ? `From ${dayOf(from)} to ${dayOf(to)}` : `In the ${name} to ${dayOf(to)}`
}

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
/** 30 November 2026. */
export const dayOf = (time: string) => dates.format(new Date(time))

/** "Ada added 2 files: “a” and “b”"; of several "5 files were added: 4 by Ada: …; 1 by back end: …". */
function doneInWords({ files, by }: Told['added'], verb: string): string {
  const [first, second] = by
  if (first === undefined) return `no files were ${verb}`
  if (second === undefined) {
    const { name } = first.who
    return withNames(
      name === null ? were(files, verb) : `${said(name)} ${verb} ${counted(files, 'file')}`,
      first,
    )
  }
  const groups = by.slice(0, mostSaid).map((group) => {
    const who = group.who.name === null ? 'others' : said(group.who.name)
    return withNames(`${group.files} by ${who}`, group)
  })
  const more = by.length > mostSaid ? ['and more by others'] : []
  return `${were(files, verb)}: ${[...groups, ...more].join('; ')}`
}

function failedInWords({ files, reasons }: Told['failed']): string {
  const groups = reasons
    .slice(0, mostSaid)
    .map((group) => `${namesIn(group)} (${(group.reason ?? 'unknown').replaceAll('_', ' ')})`)
  const more = reasons.length > mostSaid ? ['and more for other reasons'] : []
  return `${counted(files, 'file')} could not be read: ${[...groups, ...more].join('; ')}`
}

function searchesInWords({
  searches,
  without_results: none,
  most_searched: most,
}: NonNullable<Told['searches']>): string {
  const made = `${counted(searches, 'search', 'searches')} ${searches === 1 ? 'was' : 'were'} made, ${none} of them without a result`
  return most.length === 0 ? made : `${made}; most searched: ${searchedInWords(most, 'searches')}`
}

type Searched = NonNullable<Told['searches']>['most_searched']

function searchedInWords(searched: Searched, count: 'searches' | 'without_results'): string {
  return list(searched.slice(0, mostSaid).map((one) => `${quoted(one.query)} (${one[count]})`))
}

function withNames(statement: string, group: Files): string {
  return group.names.every((name) => name === null) ? statement : `${statement}: ${namesIn(group)}`
}

function namesIn({ files, names }: Files): string {
  const known = names.filter((name) => name !== null).slice(0, mostSaid)
  const left = files - known.length
  const more = known.length === 0 ? counted(left, 'file') : `${left} more`
  return list([...known.map(quoted), ...(left > 0 ? [more] : [])])
}

const lists = new Intl.ListFormat('en-GB', { type: 'conjunction' })
const list = (items: string[]) => lists.format(items)

function were(files: number, verb: string): string {
  return `${counted(files, 'file')} ${files === 1 ? 'was' : 'were'} ${verb}`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

const quoted = (text: string) => `“${said(text)}”`

/** What others wrote, on one line and no longer than a sentence bears. */
function said(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  const letters = Array.from(line)
  return letters.length <= longestName ? line : `${letters.slice(0, longestName - 1).join('')}…`
}
