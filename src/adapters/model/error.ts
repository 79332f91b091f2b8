/** A model gave nothing. The message holds nothing of the texts and no credential. */
export class ModelError extends Error {
  readonly reason: 'unavailable' | 'timeout' | 'rejected' | 'malformed'

  constructor(reason: ModelError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ModelError'
    this.reason = reason
  }
}
