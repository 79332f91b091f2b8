/** The embedded database is gone, by `close` or by itself; `cause` says what the engine said. */
export class EmbeddedEnded extends Error {
  override readonly name = 'EmbeddedEnded'
  /** As for a server that went away, so that callers tell both by the same code (SQLSTATE class 08). */
  readonly code = '08006'
}
