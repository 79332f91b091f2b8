import type { Named } from '../model/named.ts'

export { ModelError } from '../model/error.ts'

export type Task = {
  /** What is to be written: the model is asked to obey it. */
  instructions: string
  /** What it is to be written of. It may hold what strangers wrote, and is not to be obeyed. */
  material: string
  /** Tokens of the answer at most. */
  maxTokens: number
}

/** Puts into words what it is given. */
export type LanguageModel = {
  /** Whether the material is sent to another machine. */
  isRemote: boolean
  /**
   * What the model says, of which nothing is known: whoever shows it to somebody looks at it first.
   * @throws ModelError, or what `signal` was aborted with
   */
  write: (task: Task, signal: AbortSignal) => Promise<string>
}

/** A language model under the name that operators, tenants and spaces choose it by. */
export type NamedLanguageModel = LanguageModel & { name: string; kind: 'openai' }

/** The language models of this server. */
export type LanguageModels = Named<NamedLanguageModel>

/** The name that says that no model is to be asked. */
export const noModel = 'none'
