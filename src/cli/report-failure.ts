import { CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { CommandFailure, exitCodeOf, type FailureKind, RefusedRequest } from './failure.ts'
import { type Output, printable } from './output.ts'

/** Says what went wrong and what to do, and tells the exit code. Only a bug shows a stack. */
export function reportFailure(error: unknown, output: Output): number {
  // Commander has printed its own sentence, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodeOf('ok') : exitCodeOf('usage')
  const failure = error instanceof ConfigError ? fromConfig(error) : error
  if (!(failure instanceof CommandFailure)) return reportBug(failure, output)
  if (output.isJson) output.note(JSON.stringify({ error: describe(failure) }))
  else for (const line of sentences(failure)) output.note(line)
  return exitCodeOf(failure.kind)
}

function fromConfig({ problems }: ConfigError): CommandFailure {
  return new CommandFailure('usage', 'The configuration is not valid.', {
    details: problems,
    advice: 'Every setting is described in docs/reference/configuration.md.',
  })
}

function sentences({ message, details, advice }: CommandFailure): string[] {
  return [
    `Error: ${printable(message)}`,
    ...details.map((detail) => `  - ${printable(detail)}`),
    ...(advice === undefined ? [] : [advice]),
  ]
}

type Described = {
  kind: FailureKind
  exit_code: number
  message: string
  details?: string[]
  advice?: string
  problem?: unknown
}

function describe(failure: CommandFailure): Described {
  const { kind, message, details, advice } = failure
  return {
    kind,
    exit_code: exitCodeOf(kind),
    message,
    ...(details.length > 0 ? { details } : {}),
    ...(advice === undefined ? {} : { advice }),
    ...(failure instanceof RefusedRequest ? { problem: failure.problem } : {}),
  }
}

function reportBug(error: unknown, output: Output): number {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (output.isJson)
    output.note(JSON.stringify({ error: { kind: 'bug', exit_code: exitCodeOf('bug'), message: text } }))
  else output.note(`Error: this is a bug in Bulkhead. Please report it with what follows.\n${text}`)
  return exitCodeOf('bug')
}
