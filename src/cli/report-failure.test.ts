import { Command } from 'commander'
import { expect, test } from 'vitest'
import { ConfigError } from '../config.ts'
import { CommandFailure } from './failure.ts'
import type { Output } from './output.ts'
import { reportFailure } from './report-failure.ts'

/** Keeps what would go to standard error. */
function recorder(isJson = false) {
  const notes: string[] = []
  const nothing = () => {}
  const output: Output = {
    isJson,
    isTerminal: false,
    columns: 80,
    line: nothing,
    json: nothing,
    bytes: async () => {},
    note: (text) => void notes.push(text),
    redraw: nothing,
  }
  return { output, notes }
}

test('an expected failure is told in sentences with what to do, never with a stack', () => {
  const { output, notes } = recorder()
  const failure = new CommandFailure('denied', 'No key was given.', {
    details: ['a', 'b'],
    advice: 'Give one.',
  })
  expect(reportFailure(failure, output)).toBe(4)
  expect(notes).toEqual(['Error: No key was given.', '  - a', '  - b', 'Give one.'])
})

test('all problems of the configuration are told at once and end with 2', () => {
  const { output, notes } = recorder()
  expect(reportFailure(new ConfigError(['one', 'two']), output)).toBe(2)
  expect(notes.join('\n')).toMatch(/one\n.*two/)
})

test('anything else is a bug: it ends with 1 and shows where it happened', () => {
  const { output, notes } = recorder()
  expect(reportFailure(new TypeError('boom'), output)).toBe(1)
  expect(notes.join('\n')).toMatch(/boom\n\s+at /)
})

test('with --json a failure is one document that names its exit code', () => {
  const { output, notes } = recorder(true)
  expect(reportFailure(new CommandFailure('upstream', 'No answer.'), output)).toBe(5)
  expect(notes.map((note) => JSON.parse(note) as unknown)).toEqual([
    { error: { kind: 'upstream', exit_code: 5, message: 'No answer.' } },
  ])
})

test('what the server or a file name says cannot steer the terminal', () => {
  const { output, notes } = recorder()
  reportFailure(new CommandFailure('usage', 'bad \u001b]0;title\u0007\u001b[2Jname'), output)
  expect(notes).toEqual(['Error: bad name'])
})

test('commander, which has spoken already, is not repeated: wrong arguments end with 2, asked-for help with 0', async () => {
  const { output, notes } = recorder()
  const silent = { writeOut: () => {}, writeErr: () => {} }
  const fails = (args: string[]) =>
    new Command('x')
      .configureOutput(silent)
      .exitOverride()
      .parseAsync(args, { from: 'user' })
      .catch((e: unknown) => e)
  expect(reportFailure(await fails(['--nonsense']), output)).toBe(2)
  expect(reportFailure(await fails(['--help']), output)).toBe(0)
  expect(notes).toEqual([])
})
