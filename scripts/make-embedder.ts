import { parseArgs } from 'node:util'
import { createSplitter } from '../src/adapters/embedder/builtin/split-pieces.ts'
import { fitRows } from './embedder/fit-rows.ts'
import { openTeacher, type Teacher } from './embedder/open-teacher.ts'
import { multiply, principalAxes, subtractMean } from './embedder/principal-axes.ts'
import { readTexts } from './embedder/read-texts.ts'
import { weighRows } from './embedder/weigh-rows.ts'
import { writeModel } from './embedder/write-model.ts'

const usage = `npm run embedder:make -- --model DIR --texts DIR --out DIR [--width 256] [--max-texts 70000]
  --model  a folder with one .onnx file (a sentence model of the BERT kind) and its vocab.txt
  --texts  a folder of .txt, .md and .jsonl files ({"text": …} a line) in the language and field to be searched`

/** Makes a table for the built-in embedder from a language model; docs/guides/embedder.md says what each step is for. */
const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    texts: { type: 'string' },
    out: { type: 'string' },
    width: { type: 'string', default: '256' },
    'max-texts': { type: 'string', default: '70000' },
  },
})
if (values.model === undefined || values.texts === undefined || values.out === undefined) {
  console.error(usage)
  process.exitCode = 2
} else {
  const texts = await readTexts(values.texts, Number(values['max-texts']))
  console.log(`${texts.length} texts`)
  const teacher = await openTeacher(values.model)
  await makeTable(teacher, texts, Number(values.width), values.out)
}

async function makeTable(teacher: Teacher, texts: string[], width: number, out: string): Promise<void> {
  const split = createSplitter(teacher.vocabulary)
  const pieces = texts.map(split)
  const sentences = await teacher.embedTexts(pieces, progress('texts'))
  const axes = principalAxes(sentences, width)
  const targets = multiply(sentences, axes)
  const own = subtractMean(await teacher.embedPieces(progress('pieces')))
  const start = weighRows(multiply(own, axes), pieces)
  const rows = fitRows({ start, texts: pieces, targets })
  await writeModel(out, teacher.vocabulary, rows)
  console.log(`${out}: ${rows.count} pieces of ${rows.width} numbers`)
}

/** Tells every tenth. */
function progress(what: string): (done: number, of: number) => void {
  let told = 0
  return (done, of) => {
    const tenths = Math.floor((done / of) * 10)
    if (tenths > told) console.log(`${what}: ${tenths}0 %`)
    told = tenths
  }
}
