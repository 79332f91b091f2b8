import type { Command } from 'commander'
import { describeExitCodes } from '#cli/failure.ts'
import { code, page, table } from './markdown.ts'

/** Every command of commander's own definition with its arguments and options. */
export function generateCommandLine(program: Command): string {
  return page(
    'Command line',
    'src/cli',
    'Each command also takes `--help`. From a checkout: `npm run bulkhead -- <command>`.',
    `Exit codes: ${describeExitCodes()}.`,
    optionTable(program),
    ...program.commands.flatMap((command) => sections(command, program.name())),
  )
}

function sections(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`
  const words = [name, ...command.registeredArguments.map(argumentWord)].join(' ')
  const own = [`## ${code(words)}`, command.description(), argumentTable(command), optionTable(command)]
  return [...own.filter((part) => part !== ''), ...command.commands.flatMap((child) => sections(child, name))]
}

type Argument = Command['registeredArguments'][number]

function argumentWord(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

function argumentTable(command: Command): string {
  const rows = command.registeredArguments.map((argument) => [code(argument.name()), argument.description])
  return rows.length === 0 ? '' : table(['Argument', 'Meaning'], rows)
}

function optionTable(command: Command): string {
  const rows = command.options
    .filter((option) => !option.hidden)
    .map((option) => [code(option.flags), option.description + defaultText(option.defaultValue)])
  return rows.length === 0 ? '' : table(['Option', 'Meaning'], rows)
}

function defaultText(value: unknown): string {
  return value === undefined || value === false ? '' : ` (default ${code(JSON.stringify(value))})`
}
