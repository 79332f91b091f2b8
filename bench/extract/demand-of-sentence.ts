/** `text` has to be read, `failed` refused with any reason, `protected` with that one; `either` is a reason or text, and nothing worse. */
export type Wish = {
  outcome: 'text' | 'failed' | 'protected' | 'either'
  expect: string[]
  mustNot: string[]
  maxSeconds: number
  maxMb: number
}

/** What a manifest says in words, as far as one document's text, reason, time and memory can show it. */
export function demandOfSentence(sentence: string): Wish {
  return {
    outcome: outcomeOf(sentence),
    expect: found(sentence, [
      /text ([A-Z][\w-]+) found/g,
      /; ([A-Z][\w-]+) found/g,
      /; finds (\S+?)(?=;|$)/g,
      /search for "([^"]+)" finds it/g,
    ]),
    mustNot: [
      ...found(sentence, [/no text "([^"]+)"/g, /does not contain ([\w-]+)/g, /([A-Z][A-Z-]+) absent/g]),
      ...(/as above|hidden parts not indexed/.test(sentence) ? ['CANARY'] : []),
    ],
    maxSeconds: Number(/ends in (\d+) s/.exec(sentence)?.[1] ?? 60),
    maxMb: Number(/and (\d+) MB/.exec(sentence)?.[1] ?? 1024),
  }
}

function outcomeOf(sentence: string): Wish['outcome'] {
  if (/refused with the reason "encrypted"/.test(sentence)) return 'protected'
  if (/indexed or failed|failed cleanly or|failed or done|an error that/.test(sentence)) return 'either'
  if (/; failed (?:cleanly|with|within)/.test(sentence)) return 'failed'
  if (/; (?:text only; )?(?:indexed|chunked)/.test(sentence)) return 'text'
  return 'either'
}

function found(sentence: string, patterns: RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...sentence.matchAll(pattern)].flatMap((match) => match[1] ?? []))
}
