import { buildPdf } from '#adapters/extract/formats/build-pdf.fixture.ts'
import { seededRandom } from '../command/seeded-random.ts'
import type { LocalFile } from '../server/read-folder.ts'
import { createCorpus } from '../speed/write-corpus.ts'

const cities = ['Lyon', 'Kraków', 'Porto', 'Oslo', 'Łódź', 'Gent']

/** Orders as comma separated values: five columns, some fifty characters a row, no two rows alike. */
export function writeTable(rows: number): LocalFile {
  const random = seededRandom(rows)
  const lines = ['order,customer,city,amount,date']
  for (let i = 0; i < rows; i++) {
    const city = cities[Math.floor(random() * cities.length)]
    const date = new Date(Date.UTC(2025, 0, 1 + Math.floor(random() * 365))).toISOString().slice(0, 10)
    const customer = `Customer ${Math.floor(random() * 90_000)}`
    lines.push(
      `ORD-${String(i).padStart(7, '0')},${customer},${city},${(random() * 1000).toFixed(2)},${date}`,
    )
  }
  return { name: `${rows} orders.csv`, content: new TextEncoder().encode(lines.join('\n')) }
}

const lineChars = 90
const linesOfPage = 45
const lineHeight = 14

/** Pages full of made-up words. */
export function writePdf(pages: number): LocalFile {
  const corpus = createCorpus(pages)
  const page = () => {
    const text = corpus.writeDocument(5).replaceAll(/[^\w .]+/g, ' ')
    const lines = text.match(new RegExp(`.{1,${lineChars}}(?: |$)`, 'g')) ?? []
    // The first line is moved up to the top of the page.
    const shown = lines.slice(0, linesOfPage).map((line) => `(${line.trim()}) Tj 0 -${lineHeight} Td`)
    return `0 340 Td ${shown.join(' ')}`
  }
  const pdf = buildPdf(...Array.from({ length: pages }, page))
  return { name: `${pages} pages.pdf`, content: new TextEncoder().encode(pdf) }
}
