import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Purpose } from '../port.ts'
import { openOnnxEmbedder, type OnnxOptions } from './open-embedder.ts'
import { readModelFolder } from './read-folder.ts'
import { writeTinyModel } from './write-tiny-model.fixture.ts'

const folder = await mkdtemp(join(tmpdir(), 'bulkhead-onnx-'))
afterAll(() => rm(folder, { recursive: true }))

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'fee', 'lease', '##s', 'q', ':']
/** Each piece has a number of its own, and where it is counts nothing: a text's vector is the sum of its pieces'. */
const rows = vocabulary.map((_, piece) => vocabulary.map((__, i) => (i === piece ? 1 : 0)))
await writeTinyModel(folder, vocabulary, rows)

const opened: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function open(more: Partial<OnnxOptions> = {}) {
  const embedder = await openOnnxEmbedder({
    directory: folder,
    share: 0.6,
    leastCosine: 0.2,
    queryPrefix: '',
    documentPrefix: '',
    threads: 1,
    queryTimeoutMs: 60_000,
    ...more,
  })
  opened.push(embedder)
  return embedder
}

const { signal } = new AbortController()

/** How often each piece counts in a text, from its vector. */
async function piecesOf(
  embedder: Awaited<ReturnType<typeof open>>,
  texts: readonly string[],
  purpose: Purpose = 'document',
) {
  const { vectors } = await embedder.embed(texts, signal, purpose)
  return texts.map((_, n) => {
    const row = [...vectors.subarray(n * embedder.width, (n + 1) * embedder.width)]
    const unit = row[2] ?? 1 // [CLS] is there once
    return Object.fromEntries(
      vocabulary
        .map((piece, i) => [piece, Math.round((row[i]! / unit) * 10) / 10])
        .filter(([, count]) => count !== 0),
    )
  })
}

const frame = { '[CLS]': 1, '[SEP]': 1 }

describe('a model on this machine', () => {
  test('gives a text the mean of its outputs, with the pieces that it was trained with', async () => {
    const embedder = await open()
    expect(embedder).toMatchObject({ width: vocabulary.length, isRemote: false, isInstant: false })
    expect(await piecesOf(embedder, ['Fee leases fee', 'unheard', ''])).toEqual([
      { ...frame, fee: 2, lease: 1, '##s': 1 },
      { ...frame, '[UNK]': 1 },
      frame,
    ])
  })

  test('takes any number of texts, each with the vector that it has alone', async () => {
    const embedder = await open()
    const texts = Array.from({ length: 23 }, (_, i) => `${'fee '.repeat(i)}leases`)
    const together = await embedder.embed(texts, signal, 'document')
    const alone = await embedder.embed([texts[17]!], signal, 'document')
    expect(together.scales).toHaveLength(23)
    expect([...together.vectors.subarray(17 * embedder.width, 18 * embedder.width)]).toEqual([
      ...alone.vectors,
    ])
    expect(together.scales[17]).toBe(alone.scales[0])
  })

  test('tells questions from documents where the model does', async () => {
    const embedder = await open({ queryPrefix: 'q: ' })
    expect(await piecesOf(embedder, ['fee'], 'query')).toEqual([{ ...frame, q: 1, ':': 1, fee: 1 }])
    expect(await piecesOf(embedder, ['fee'])).toEqual([{ ...frame, fee: 1 }])
  })

  test('answers a query before the documents that wait', async () => {
    const embedder = await open()
    const order: string[] = []
    const note = (name: string) => () => void order.push(name)
    const texts = Array<string>(40).fill('fee')
    await Promise.all([
      embedder.embed(texts, signal, 'document').then(note('documents')),
      embedder.embed(['lease'], signal, 'query').then(note('query')),
    ])
    expect(order).toEqual(['query', 'documents'])
  })

  test('lets a caller go, and a query that waits too long', async () => {
    const embedder = await open({ queryTimeoutMs: 20 })
    const [child = 0] = await childrenOf(process.pid)
    process.kill(child, 'SIGSTOP')
    const leaving = new AbortController()
    const left = embedder.embed(['fee'], leaving.signal, 'document').catch((error: Error) => error.message)
    leaving.abort(new Error('gone'))
    expect(await left).toBe('gone')
    await expect(embedder.embed(['fee'], signal, 'query')).rejects.toMatchObject({ reason: 'timeout' })
    process.kill(child, 'SIGCONT')
    expect(await piecesOf(embedder, ['fee'])).toEqual([{ ...frame, fee: 1 }])
  })

  test('whose process ends fails those who are in it, and answers the next', async () => {
    const embedder = await open()
    const cut = embedder
      .embed(Array<string>(400).fill('fee'), signal, 'document')
      .catch((error: unknown) => error)
    const [child = 0] = await childrenOf(process.pid)
    process.kill(child, 'SIGKILL')
    expect(await cut).toMatchObject({ reason: 'unavailable' })
    expect(await piecesOf(embedder, ['fee'])).toEqual([{ ...frame, fee: 1 }])
  })
})

/** Processes of Node that this one has started. */
async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children.trim().split(/\s+/).filter(Boolean).map(Number)
}

describe('a folder', () => {
  const copy = async (name: string) => {
    const own = join(folder, name)
    await mkdir(own)
    await writeTinyModel(own, vocabulary, rows)
    return own
  }

  test('says how the model wants to be used, and each of it is in the id', async () => {
    const own = await copy('configured')
    const usual = await readModelFolder(own)
    expect(usual).toMatchObject({ pooling: 'mean', maxPieces: 256 })
    await mkdir(join(own, '1_Pooling'))
    await writeFile(
      join(own, '1_Pooling/config.json'),
      '{"pooling_mode_cls_token":true,"word_embedding_dimension":9}',
    )
    await writeFile(join(own, 'sentence_bert_config.json'), '{"max_seq_length":8}')
    const stated = await readModelFolder(own)
    expect(stated).toMatchObject({ pooling: 'cls', maxPieces: 8 })
    expect(stated.id).not.toBe(usual.id)
    const embedder = await open({ directory: own })
    expect(await piecesOf(embedder, ['fee'])).toEqual([{ '[CLS]': 1 }])
  })

  test('cuts a text where the model ends', async () => {
    const own = await copy('short')
    await writeFile(join(own, 'sentence_bert_config.json'), '{"max_seq_length":8}')
    const embedder = await open({ directory: own })
    expect(await piecesOf(embedder, [`${'fee '.repeat(6)}lease lease`])).toEqual([{ ...frame, fee: 6 }])
  })

  test('may have its vocabulary in tokenizer.json', async () => {
    const own = await copy('tokenizer')
    await rm(join(own, 'vocab.txt'))
    const vocab = Object.fromEntries(vocabulary.map((piece, id) => [piece, id]))
    const tokenizer = {
      normalizer: { type: 'BertNormalizer', lowercase: true },
      model: { type: 'WordPiece', vocab },
    }
    await writeFile(join(own, 'tokenizer.json'), JSON.stringify(tokenizer))
    expect((await readModelFolder(own)).vocabulary).toEqual(vocabulary)
    for (const wrong of [
      { ...tokenizer, model: { type: 'BPE', vocab } },
      { ...tokenizer, normalizer: { type: 'BertNormalizer', lowercase: false } },
      {},
    ]) {
      await writeFile(join(own, 'tokenizer.json'), JSON.stringify(wrong))
      await expect(readModelFolder(own)).rejects.toThrow(/tokenizer/)
    }
  })

  test('that cannot be used is refused with what is wrong', async () => {
    await expect(readModelFolder(join(folder, 'nowhere'))).rejects.toThrow(/model\.onnx/)
    const own = await copy('broken')
    await mkdir(join(own, '1_Pooling'))
    await writeFile(join(own, '1_Pooling/config.json'), '{"pooling_mode_max_tokens":true}')
    await expect(readModelFolder(own)).rejects.toThrow(/pooling_mode_max_tokens/)
    await rm(join(own, '1_Pooling'), { recursive: true })
    await writeFile(join(own, 'model.onnx'), 'not a model')
    await expect(open({ directory: own })).rejects.toThrow(/cannot be used/)
    await writeFile(join(own, 'vocab.txt'), 'fee\n')
    await expect(readModelFolder(own)).rejects.toThrow(/\[CLS\]/)
  })
})
