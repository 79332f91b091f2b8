/** No line of an export comes near it; what is no export must not fill the memory. */
const longestLine = 64 * 1024 * 1024

/** Lines end with a line feed and with nothing else: names may hold any other character that ends lines elsewhere. */
export async function* readLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let begun: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    let from = 0
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      yield Buffer.concat([...begun, piece.subarray(from, end)])
      begun = []
      length = 0
      from = end + 1
    }
    length += piece.byteLength - from
    // Cut here, it is no JSON, and told as such.
    if (length <= longestLine) begun.push(piece.subarray(from))
  }
  if (length > 0) yield Buffer.concat(begun)
}
