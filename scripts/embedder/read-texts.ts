import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** Shorter ones say too little, longer ones are more than a teacher reads. */
const minWords = 4
const maxWords = 180

/** Paragraphs of the text files of a folder and of those below it, each once, cut to what a teacher reads. */
export async function readTexts(folder: string, most: number): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).sort()
  const texts = new Set<string>()
  for (const name of names) {
    for (const document of await readDocuments(join(folder, name))) {
      for (const paragraph of document.split(/\n\s*\n/)) {
        const words = paragraph.split(/\s+/).filter((word) => word !== '')
        if (words.length >= minWords && texts.size < most) texts.add(words.slice(0, maxWords).join(' '))
      }
    }
  }
  if (texts.size === 0) throw new Error(`there is no text in ${folder}`)
  return [...texts]
}

async function readDocuments(file: string): Promise<string[]> {
  const extension = extname(file)
  if (extension === '.txt' || extension === '.md') return [await readFile(file, 'utf8')]
  if (extension !== '.jsonl') return []
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const { text }: { text?: string } = JSON.parse(line)
    return text ?? ''
  })
}
