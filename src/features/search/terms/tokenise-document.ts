import { compoundSplitter } from './compounds/split-compound.ts'
import { type Token, tokenise } from './tokenise.ts'

/**
 * The tokens that a document of a family is found by: all that a query has (`tokenise`), the parts of its compounds, and
 * each Han character by itself, which may be a word and then is all that a query says. What is added is `extra`.
 */
export function tokeniseDocument(text: string, family: string): Token[] {
  const tokens = tokenise(text)
  return [...tokens, ...compoundParts(tokens, family), ...hanCharacters(tokens)]
}

/** Parts of German and Dutch compounds: a notice period is found by "Frist" where it is a "Kündigungsfrist". */
export function compoundParts(tokens: readonly Token[], family: string): Token[] {
  const split = compoundSplitter(family)
  if (!split) return []
  return tokens.flatMap((token) =>
    token.extra
      ? []
      : split(token.text).map((part) => {
          const start = Math.min(token.end, token.start + part.start)
          return { text: part.text, start, end: Math.min(token.end, token.start + part.end), extra: true }
        }),
  )
}

/** Those of pairs: one that stands alone is a token already. */
function hanCharacters(tokens: readonly Token[]): Token[] {
  const found = new Map<number, Token>()
  for (const { text, start, end, extra } of tokens) {
    if (extra || text.length !== 2 || end - start !== 2) continue
    for (const [i, character] of [text.charAt(0), text.charAt(1)].entries()) {
      const at = start + i
      if (han.test(character)) found.set(at, { text: character, start: at, end: at + 1, extra: true })
    }
  }
  return [...found.values()]
}

const han = /^\p{Script=Han}$/u
