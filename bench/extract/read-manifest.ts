import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../command/run-command.ts'
import { demandOfSentence, type Wish } from './demand-of-sentence.ts'

/** What one file has to yield. */
export type Demand = Wish & {
  file: string
  path: string
  password: string | undefined
  withPassword: string[]
}
export type DemandedSet = { name: string; demands: Demand[] }

/**
 * `manifest.jsonl`, one file a line, or `manifest.json` with `files`. Both name a `file` and say what is expected of it: in lists of
 * strings, in a sentence, or in both.
 * @throws UsageError when the folder has neither
 */
export async function readManifest(folder: string): Promise<DemandedSet> {
  const lines = await readFile(join(folder, 'manifest.jsonl'), 'utf8').catch(() => undefined)
  const entries = lines === undefined ? await readDocument(folder) : readLines(lines)
  return {
    name: basename(resolve(folder)),
    demands: entries.map((entry) => demandOf(entry, folder)),
  }
}

type Entry = {
  file: string
  cls?: string
  expect?: string[] | string
  must_not?: string[]
  demand?: string
  password?: string | null
  text_with_password?: string[]
  limits?: { max_s?: number; max_rss_mb?: number }
}

function readLines(text: string): Entry[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line): Entry => JSON.parse(line))
}

async function readDocument(folder: string): Promise<Entry[]> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${folder} has no manifest.jsonl or manifest.json`, { cause })
  })
  const { files, default_limits: limits }: { files: Entry[]; default_limits?: Entry['limits'] } =
    JSON.parse(text)
  return files.map((entry) => ({ ...entry, limits: { ...limits, ...entry.limits } }))
}

function demandOf(entry: Entry, folder: string): Demand {
  const sentence = `${entry.demand ?? ''}; ${typeof entry.expect === 'string' ? entry.expect : ''}`
  const wish = demandOfSentence(sentence)
  const expect = [...(Array.isArray(entry.expect) ? entry.expect : []), ...wish.expect]
  const isRefused = wish.outcome === 'protected' && expect.length === 0
  return {
    ...wish,
    file: entry.file,
    path: join(folder, entry.file),
    expect,
    mustNot: [...(entry.must_not ?? []), ...wish.mustNot],
    outcome: expect.length > 0 ? 'text' : isRefused ? 'protected' : wish.outcome,
    maxSeconds: entry.limits?.max_s ?? wish.maxSeconds,
    maxMb: entry.limits?.max_rss_mb ?? wish.maxMb,
    password: entry.password ?? undefined,
    withPassword: entry.text_with_password ?? [],
  }
}
