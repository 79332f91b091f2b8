import type { TenantTx } from '#platform/db/index.ts'
import { readChunks } from '../queries.ts'
import type { QueryWord } from '../rank/query-words.ts'
import { type Analyse, createAnalyser } from '../terms/analyse.ts'
import { familyOf } from '../terms/families.ts'
import { isStopWord } from '../terms/stop-words.ts'
import type { Token } from '../terms/tokenise.ts'
import { tokeniseDocument } from '../terms/tokenise-document.ts'
import type { TellingTerm } from './choose-terms.ts'
import type { Source } from './find-source.ts'

/**
 * The words that terms of a source stand for, as each family of languages spells them: the index knows no words, so they
 * are looked up in the chunks that the terms come from. Stop words of their language say nothing and are left out.
 */
export async function spellTerms(
  tx: TenantTx,
  { versionId, title }: Source,
  terms: readonly TellingTerm[],
  families: readonly string[],
): Promise<QueryWord[]> {
  const ordinals = [...new Set(terms.map(({ ordinal }) => ordinal))]
  const chunks = await readChunks(
    tx,
    ordinals.map((ordinal) => ({ versionId, ordinal })),
  )
  const analyserOf = rememberAnalysers()
  const spelled = new Map<string, Token & { family: string }>()
  for (const { language, heading, tableHeader, text } of chunks) {
    const family = familyOf(language)
    const parts = [title, heading, tableHeader, text]
    for (const token of parts.flatMap((part) => tokeniseDocument(part, family))) {
      const key = keyOf(analyserOf(family)(token))
      if (!spelled.has(key)) spelled.set(key, { ...token, family })
    }
  }
  const words = new Map<string, QueryWord>()
  for (const term of terms) {
    const token = spelled.get(keyOf(term))
    if (!token || isStopWord(token.family, token.text)) continue
    const variants = families.map((family) => ({
      ...analyserOf(family)(token),
      isStopped: isStopWord(family, token.text),
    }))
    words.set(token.text, {
      text: token.text,
      spellings: new Set([token.text]),
      variants,
      times: 1,
      isPhrased: false,
      synonyms: new Map(),
    })
  }
  return [...words.values()]
}

const keyOf = ({ high, low }: { high: number; low: number }) => `${high}.${low}`

function rememberAnalysers(): (family: string) => Analyse {
  const known = new Map<string, Analyse>()
  return (family) => {
    const analyse = known.get(family) ?? createAnalyser(family)
    known.set(family, analyse)
    return analyse
  }
}
