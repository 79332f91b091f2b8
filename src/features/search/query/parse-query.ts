/** What a person wrote, taken apart. */
export type Query = {
  /** In the order of the query; a phrase is what stood in quotes. */
  wanted: QueryPart[]
  /** What a place must not have: each a word, or words in a row. */
  excluded: string[]
}

export type QueryPart = { text: string; isPhrase: boolean }

/**
 * Reads the two signs of the query language: `"words in a row"`, and `-` before a word or a phrase that must not occur. Every
 * text is a query. A quote opens a phrase where a word could begin and closes at the next one; without a partner it is a
 * character like others, as in `5" pipe`. A minus excludes where it begins a word and touches what follows it: `well-known`
 * and `a - b` have none.
 *
 * A question, which ends as one, has no signs: there quotes set off a name, as in `Who wrote "The Trial"?`. Taken for
 * conditions they would leave out files that call the thing otherwise.
 */
export function parseQuery(text: string): Query {
  if (isQuestion.test(text)) return plainQuery(text)
  const query: Query = { wanted: [], excluded: [] }
  let from = 0
  for (const match of text.matchAll(signs)) {
    push(query, text.slice(from, match.index))
    from = match.index + match[0].length
    const { minus, phrase, word } = match.groups!
    if (minus) query.excluded.push(phrase ?? word ?? '')
    else push(query, phrase ?? '', true)
  }
  push(query, text.slice(from))
  return query
}

/** Question marks of all scripts, and the Greek one, which looks like a semicolon. */
const isQuestion = /[?？؟;]\s*$/u

/** A text that means what it says, signs and all. */
export function plainQuery(text: string): Query {
  return { wanted: [{ text, isPhrase: false }], excluded: [] }
}

/** What the query asks for, without its signs and without what it excludes: for embedders. */
export function wantedText({ wanted }: Query): string {
  return wanted
    .map(({ text }) => text.trim())
    .filter((text) => text !== '')
    .join(' ')
}

/** The quotes of keyboards and of typesetting; any of them closes what any opened. */
const quote = '["“”„‟«»]'
const notQuote = '[^"“”„‟«»]'
const signs = new RegExp(
  `(?<=^|[\\s(\\[{])(?<minus>-?)(?:${quote}(?<phrase>${notQuote}*)${quote}|(?<=-)(?<word>[\\p{L}\\p{M}\\p{N}]\\S*))`,
  'gu',
)

function push({ wanted }: Query, text: string, isPhrase = false): void {
  if (/\S/.test(text)) wanted.push({ text, isPhrase })
}
