import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../command/run-command.ts'
import type { Relevance } from './metrics.ts'

export type SetDocument = { id: string; title: string; text: string }

export type JudgedQuery = {
  id: string
  text: string
  relevance: Relevance
}

/** A judged search collection in the layout of BEIR (Thakur et al. 2021). */
export type JudgedSet = {
  name: string
  documents: SetDocument[]
  /** Those with a relevant document. */
  queries: JudgedQuery[]
  /** Judged queries without one. */
  leftOut: number
  /** Each query is to be ranked among the documents that are judged for it and no others. */
  isPooled: boolean
}

/** @throws UsageError when the folder is no such collection */
export async function readSet(folder: string): Promise<JudgedSet> {
  const pools = join(folder, 'qrels', 'testpool.tsv')
  const isPooled = existsSync(pools)
  const documents = (await readRecords(join(folder, 'corpus.jsonl'))).map(({ _id, title, text }) => ({
    id: _id,
    title: title ?? '',
    text,
  }))
  const texts = new Map(
    (await readRecords(join(folder, 'queries.jsonl'))).map(({ _id, text }) => [_id, text]),
  )
  const judgements = await readJudgements(isPooled ? pools : join(folder, 'qrels', 'test.tsv'))
  const judged = Array.from(judgements, ([id, relevance]) => {
    const text = texts.get(id)
    if (text === undefined)
      throw new UsageError(`${folder}: query ${id} is judged, but queries.jsonl lacks it`)
    return { id, text, relevance }
  })
  const queries = judged.filter(({ relevance }) => [...relevance.values()].some((grade) => grade > 0))
  const name = basename(resolve(folder))
  return { name, documents, queries, leftOut: judged.length - queries.length, isPooled }
}

type JsonRecord = { _id: string; title?: string; text: string }

async function readRecords(file: string): Promise<JsonRecord[]> {
  return (await readLines(file)).map((line) => JSON.parse(line))
}

async function readJudgements(file: string): Promise<Map<string, Map<string, number>>> {
  const [header, ...lines] = await readLines(file)
  if (header !== 'query-id\tcorpus-id\tscore') {
    throw new UsageError(`${file} does not begin with the columns query-id, corpus-id, score`)
  }
  const judgements = new Map<string, Map<string, number>>()
  for (const line of lines) {
    const [query, document, score] = line.split('\t')
    const grade = Number(score)
    if (!query || !document || !Number.isInteger(grade))
      throw new UsageError(`${file}: cannot read "${line}"`)
    const relevance = judgements.get(query) ?? new Map<string, number>()
    judgements.set(query, relevance.set(document, grade))
  }
  return judgements
}

async function readLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`cannot read ${file}`, { cause })
  })
  return text.split(/\r?\n/).filter((line) => line.trim() !== '')
}
