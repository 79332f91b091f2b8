import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartRefused } from '#platform/errors.ts'
import { unknownPiece } from '../builtin/read-model.ts'

/** A sentence model of the BERT kind on disk, and how it wants to be used. */
export type ModelFolder = {
  /** Of every byte of the model and every number below. */
  id: string
  /** The ONNX file. */
  file: string
  /** WordPiece, uncased; piece number n. */
  vocabulary: string[]
  pooling: Pooling
  /** A text is cut after so many pieces, `[CLS]` and `[SEP]` included. */
  maxPieces: number
}

/** Which of the model's outputs is the text's vector: their mean, or the first. */
export type Pooling = 'mean' | 'cls'

/** What sentence models of this size were trained on, where the folder does not say. */
const usualPieces = 256

/**
 * Reads a folder as sentence-transformers writes them: `model.onnx` (or one other `.onnx`, or `onnx/model.onnx`),
 * `vocab.txt` or `tokenizer.json`, and where they are there `1_Pooling/config.json` and `sentence_bert_config.json`.
 * @throws StartRefused with the file and what is wrong with it
 */
export async function readModelFolder(directory: string): Promise<ModelFolder> {
  const refuse = (detail: string) =>
    new StartRefused(`The embedder's model in ${directory} cannot be used: ${detail}.`)
  const readJson = async (name: string): Promise<Record<string, unknown>> => {
    const text = await readFile(join(directory, name), 'utf8').catch(() => '{}')
    try {
      return JSON.parse(text) as Record<string, unknown>
    } catch {
      throw refuse(`${name} is no JSON`)
    }
  }
  const file = await findModel(directory)
  if (file === undefined) throw refuse('it has no model.onnx')
  const vocabulary =
    (await readVocabulary(directory)) ?? vocabularyIn(await readJson('tokenizer.json'), refuse)
  for (const piece of ['[CLS]', '[SEP]', unknownPiece])
    if (!vocabulary.includes(piece)) throw refuse(`its vocabulary has no ${piece}`)
  const pooling = poolingIn(await readJson('1_Pooling/config.json'), refuse)
  const stated = (await readJson('sentence_bert_config.json'))['max_seq_length']
  const maxPieces = typeof stated === 'number' && stated >= 8 ? stated : usualPieces
  const hash = createHash('sha256').update(await readFile(file))
  hash.update(JSON.stringify([vocabulary, pooling, maxPieces]))
  return { id: `onnx-${hash.digest('hex').slice(0, 16)}`, file, vocabulary, pooling, maxPieces }
}

async function findModel(directory: string): Promise<string | undefined> {
  const list = (folder: string) => readdir(folder).catch(() => [])
  for (const folder of [directory, join(directory, 'onnx')]) {
    const models = (await list(folder)).filter((name) => name.endsWith('.onnx'))
    const [only, ...others] = models
    if (models.includes('model.onnx')) return join(folder, 'model.onnx')
    if (only !== undefined && others.length === 0) return join(folder, only)
  }
  return undefined
}

async function readVocabulary(directory: string): Promise<string[] | undefined> {
  const text = await readFile(join(directory, 'vocab.txt'), 'utf8').catch(() => undefined)
  return text?.replace(/\r?\n$/, '').split(/\r?\n/)
}

type Refuse = (detail: string) => StartRefused

/** Only what our own splitter does in the same way: WordPiece over lower-case text without accents. */
function vocabularyIn(tokenizer: Record<string, unknown>, refuse: Refuse): string[] {
  const { model, normalizer } = tokenizer as {
    model?: { type?: string; vocab?: Record<string, number>; continuing_subword_prefix?: string }
    normalizer?: { type?: string; lowercase?: boolean; strip_accents?: boolean | null }
  }
  if (!model?.vocab) throw refuse('it has neither vocab.txt nor a tokenizer.json with a vocabulary')
  if (model.type !== 'WordPiece' || (model.continuing_subword_prefix ?? '##') !== '##')
    throw refuse(`its tokenizer is ${model.type ?? 'of an unknown kind'}, and only WordPiece is known here`)
  if (normalizer?.type !== 'BertNormalizer' || !normalizer.lowercase || normalizer.strip_accents === false)
    throw refuse('its tokenizer keeps capitals or accents, and only uncased ones are known here')
  const vocabulary: string[] = []
  for (const [piece, id] of Object.entries(model.vocab)) vocabulary[id] = piece
  return Array.from(vocabulary, (piece) => piece ?? '')
}

function poolingIn(config: Record<string, unknown>, refuse: Refuse): Pooling {
  const modes = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true)
  if (modes.length === 0 || modes.join() === 'pooling_mode_mean_tokens') return 'mean'
  if (modes.join() === 'pooling_mode_cls_token') return 'cls'
  throw refuse(`its pooling is ${modes.join(' and ')}, and only the mean and the first token are known here`)
}
