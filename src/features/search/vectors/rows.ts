/** Vectors of 8-bit integers, row by row, all of one width. What was never set is zero. */
export type VectorRows = {
  count: number
  width: number
  /** Memory they take. */
  bytes: number
  set: (row: number, vector: Int8Array) => void
  /** A row as it lies there; to be used at once, before any other rows are made. */
  get: (row: number) => Int8Array
  /** The dot product of each row with `query`, of `width` numbers: exact, in the order of the rows. */
  dots: (query: Int8Array) => Int32Array
}
