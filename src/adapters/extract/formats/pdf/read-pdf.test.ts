import { expect, test } from 'vitest'
import { buildPdf } from '../build-pdf.fixture.ts'
import { readDocument } from '../read-document.ts'

const read = (pdf: string) =>
  readDocument({ bytes: Buffer.from(pdf, 'latin1'), fileName: 'a.pdf', maxTextChars: 100_000 })

test('text knows where it stands on its page, in points from the top left', async () => {
  const { text, boxes, pageSizes } = await read(buildPdf('The first page', 'The second page'))
  expect(pageSizes).toEqual([
    { number: 1, width: 612, height: 792 },
    { number: 2, width: 612, height: 792 },
  ])
  expect(boxes.map(({ page, start, end }) => [page, text.slice(start, end)])).toEqual([
    [1, 'The first page'],
    [2, 'The second page'],
  ])
  const [box] = boxes
  expect(box?.x).toBeCloseTo(72, 0)
  expect(box?.y).toBeGreaterThan(792 - 400 - 20)
  expect(box?.y).toBeLessThan(792 - 400)
})

test('quotation marks and dashes stay as the document has them', async () => {
  const { text } = await read(buildPdf('pages 451\\226457 say \\223so\\224 and it\\222s true'))
  expect(text).toContain('pages 451–457 say “so” and it’s true')
})

test.each([
  ['letters of one point', '(seen by all) Tj 0 -20 Td /F1 1 Tf (CANARY hidden) Tj'],
  ['white letters on white paper', '(seen by all) Tj 0 -20 Td 1 1 1 rg (CANARY hidden) Tj'],
])('%s are for nobody’s eyes and not read', async (_, operators) => {
  const { text } = await read(buildPdf(operators))
  expect(text).toContain('seen by all')
  expect(text).not.toContain('CANARY')
})

test('white letters on a dark field are read', async () => {
  const { text } = await read(
    buildPdf('ET 0 0 0.4 rg 60 390 300 30 re f BT /F1 12 Tf 72 400 Td 1 1 1 rg (A white title) Tj'),
  )
  expect(text).toContain('A white title')
})

test('invisible letters of a scan’s text layer are read', async () => {
  expect((await read(buildPdf('3 Tr (what the picture shows) Tj'))).text).toContain('what the picture shows')
})
