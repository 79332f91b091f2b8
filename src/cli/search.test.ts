import { Command, InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import {
  addSearchOptions,
  collectMetadata,
  readJson,
  readNumber,
  readRequest,
  readTime,
  spacesOf,
  wholeNumber,
} from './search/read-request.ts'
import { highlight, placeOf, showFound } from './search/show-found.ts'

const mark = (text: string) => `<${text}>`

test('exactly the stretches that the server names are marked', () => {
  expect(
    highlight(
      'notice of 90 days',
      [
        [0, 6],
        [10, 12],
      ],
      mark,
    ),
  ).toBe('<notice> of <90> days')
  expect(highlight('whole', [[0, 5]], mark)).toBe('<whole>')
  expect(highlight('none', [], mark)).toBe('none')
})

test('a document cannot steer the terminal through its snippet', () => {
  expect(highlight('a\u001b[2Jb c', [[6, 7]], mark)).not.toContain('\u001b')
})

test('a page is named where the file has pages', () => {
  expect(placeOf({ file_name: 'contract.pdf', page: 4 })).toBe('contract.pdf, page 4')
  expect(placeOf({ file_name: 'guide.md', page: null })).toBe('guide.md')
})

test('* asks for every space only when it stands alone', () => {
  expect(spacesOf({})).toEqual({})
  expect(spacesOf({ space: ['*'] })).toEqual({ spaces: '*' })
  expect(spacesOf({ space: ['a', '*'] })).toEqual({ spaces: ['a', '*'] })
})

test.each(['abc', '-1', '1.5', '', '99999999999'])('"%s" is not taken for a number', (text) => {
  expect(() => wholeNumber(text)).toThrow(InvalidArgumentError)
})

const parse = (line: string) => {
  const command = addSearchOptions(
    new Command('search').argument('[query...]').exitOverride(),
  ).configureOutput({
    writeErr: () => {},
  })
  command.parse(line.split(' ').filter(Boolean), { from: 'user' })
  return JSON.parse(JSON.stringify(readRequest(command.args, command.opts())))
}

test('options become the request that they stand for, and nothing else is said', () => {
  expect(parse('notice period')).toEqual({ query: 'notice period' })
  expect(
    parse(
      '--like fil_1 --space * --sort newest --min-score 0.5 --cursor abc --chunks-per-file 2 --context 1 --facet type metadata.year',
    ),
  ).toEqual({
    like: { file: 'fil_1' },
    spaces: '*',
    sort: 'newest',
    min_score: 0.5,
    cursor: 'abc',
    group_by_file: true,
    chunks_per_file: 2,
    context: 1,
    facets: ['type', 'metadata.year'],
  })
  expect(parse('--like chk_1')).toEqual({ like: { chunk: 'chk_1' } })
})

test('each narrowing option is part of one filter', () => {
  const { filter } = parse(
    'fee --type image/* --origin mail --file fil_1 fil_2 --after 2024-05-31 --before 2024-06-01T12:00:00Z ' +
      '--metadata year=2024 --metadata team=blue=1 --filter {"not":{"origin":["api"]}}',
  )
  expect(filter).toEqual({
    type: ['image/*'],
    origin: ['mail'],
    files: ['fil_1', 'fil_2'],
    created_after: '2024-05-31T00:00:00Z',
    created_before: '2024-06-01T12:00:00Z',
    metadata: { year: 2024, team: 'blue=1' },
    not: { origin: ['api'] },
  })
})

test('either words or something to find more of is needed', () => {
  for (const line of ['', 'fee --like fil_1']) expect(() => parse(line)).toThrow('either')
})

test('what cannot be meant is refused before the server is asked', () => {
  expect(() => collectMetadata('year')).toThrow(InvalidArgumentError)
  expect(collectMetadata('year="2024"')).toEqual({ year: '2024' })
  expect(() => readJson('[1]')).toThrow(InvalidArgumentError)
  expect(() => readJson('{')).toThrow(InvalidArgumentError)
  expect(() => readNumber('1e3')).toThrow(InvalidArgumentError)
  expect(readTime('tomorrow')).toBe('tomorrow')
})

test('results come with their neighbours, further places, facets and the way to the next page', () => {
  const lines: string[] = []
  const place = { chunk_id: 'chk_1', score: 0.5, highlights: [], page: null, heading: null }
  const nothing = () => {}
  const output = {
    isJson: false,
    isTerminal: false,
    columns: 80,
    json: nothing,
    bytes: async () => {},
    note: nothing,
    redraw: nothing,
  }
  showFound(
    { ...output, line: (text = '') => void lines.push(text) },
    {
      results: [
        {
          ...place,
          snippet: 'the fee',
          file_id: 'fil_1',
          file_name: 'a.md',
          before: [{ text: 'what came before' }],
          after: [{ text: 'what follows' }],
          more_chunks: [{ ...place, chunk_id: 'chk_2', page: 3, snippet: 'another fee' }],
        },
      ],
      total: 7,
      next_cursor: 'abc',
      facets: { 'metadata.year': { values: [{ value: 2024, count: 4 }], other: 3 } },
      mode_used: 'hybrid',
      degraded: false,
      took_ms: 1,
    },
  )
  const text = lines.join('\n')
  const parts = [
    '7 found',
    'what came before',
    'the fee',
    'what follows',
    'page 3',
    'another fee',
    'metadata.year',
    '2024',
    'others',
    '--cursor abc',
  ]
  for (const [i, part] of parts.entries()) {
    expect(text).toContain(part)
    expect(text.indexOf(part)).toBeGreaterThan(i === 0 ? -1 : text.indexOf(parts[i - 1]!))
  }
})
