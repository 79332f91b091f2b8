import { readFile } from 'node:fs/promises'
import { Tokenizer } from '@huggingface/tokenizers'
import { readModel } from '../../src/adapters/embedder/builtin/read-model.ts'
import { createSplitter } from '../../src/adapters/embedder/builtin/split-pieces.ts'
import type { Figures } from '../speed/figures.ts'

/** Splits texts with ours and with the reference implementation, set up by the model's own `tokenizer.json`. */
export async function comparePieces(
  model: string,
  tokenizerJson: string,
  texts: readonly string[],
): Promise<Figures> {
  const split = createSplitter((await readModel(model)).vocabulary)
  const settings = JSON.parse(await readFile(tokenizerJson, 'utf8'))
  const reference = new Tokenizer({ ...settings, truncation: null, padding: null }, {})
  const differing = texts.filter((text) => {
    const { ids } = reference.encode(text, { add_special_tokens: false })
    return ids.join() !== split(text).join()
  })
  return { texts_compared: texts.length, texts_split_differently: differing.length }
}
