import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../command/run-command.ts'
import type { SetDocument } from './read-set.ts'

export type JudgedQuestion = { question: string; docIds: string[]; answerable: boolean; answers: string[] }

/** `documents.jsonl` `{doc_id, title?, text}` and `questions.jsonl` `{question, doc_ids, answerable, answers}`. */
export type QuestionSet = { name: string; documents: SetDocument[]; questions: JudgedQuestion[] }

/** @throws UsageError when the folder has no such files */
export async function readQuestionSet(folder: string): Promise<QuestionSet> {
  const documents = await readLines<{ doc_id: string; title?: string; text: string }>(
    folder,
    'documents.jsonl',
  )
  const questions = await readLines<{
    question: string
    doc_ids?: string[]
    answerable: boolean
    answers?: string[]
  }>(folder, 'questions.jsonl')
  return {
    name: basename(resolve(folder)),
    documents: documents.map(({ doc_id, title, text }) => ({ id: doc_id, title: title ?? '', text })),
    questions: questions.map(({ question, doc_ids, answerable, answers }) => ({
      question,
      docIds: doc_ids ?? [],
      answerable,
      answers: answers ?? [],
    })),
  }
}

async function readLines<Line>(folder: string, name: string): Promise<Line[]> {
  const text = await readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
    throw new UsageError(`cannot read ${join(folder, name)}`, { cause })
  })
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.map((line): Line => JSON.parse(line))
}
