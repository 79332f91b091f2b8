const text = 'BT /F1 12 Tf 72 400 Td (One page of text) Tj ET'

/** The smallest PDF with a page of text. */
export const onePage = `%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [4 0 R] /Count 1 >> endobj
3 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj
4 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 300 450] /Contents 5 0 R /Resources << /Font << /F1 3 0 R >> >> >> endobj
5 0 obj << /Length ${text.length} >>
stream
${text}
endstream endobj
trailer << /Root 1 0 R >>
`
