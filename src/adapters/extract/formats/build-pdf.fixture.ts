/** The smallest PDF with one line on each page, for tests; a line may be operators of its own between BT and ET. */
export function buildPdf(...lines: string[]): string {
  const kids = lines.map((_, i) => `${i * 2 + 4} 0 R`).join(' ')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${lines.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...lines.flatMap((line, i) => {
      const text = line.includes(' Tj') ? line : `(${line}) Tj`
      const stream = `BT /F1 12 Tf 72 400 Td ${text} ET`
      const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${i * 2 + 5} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`
      return [page, `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`]
    }),
  ]
  return `%PDF-1.4\n${objects.map((body, i) => `${i + 1} 0 obj\n${body}\nendobj\n`).join('')}trailer << /Root 1 0 R >>\n`
}
