const sampleChars = 20_000

/** ISO 639-1 of most of a text, from its first 20,000 characters; `und` for too little or unclear text. */
export async function detectLanguage(text: string): Promise<string> {
  const sample = text.slice(0, sampleChars)
  if ((sample.match(/\p{L}/gu)?.length ?? 0) < 12) return 'und'
  // The smallest table: 0.13 s to load where the next one takes 0.25 s and 70 MB more.
  const { eld } = await import('eld/extrasmall')
  const found = eld.detect(sample)
  return found.language !== '' && found.isReliable() ? found.language : 'und'
}
