import { defineConfig } from 'oxlint'

/** Features in order: a feature may import only the features before it. */
const features = [
  'audit',
  'events',
  'tenancy',
  'access',
  'metering',
  'files',
  'search',
  'ingestion',
  'answers',
  'lifecycle',
]

/** Who may import whom across rooms, by the `#room/…` name. What is not listed is refused. */
const mayImport: Record<string, string[]> = {
  platform: ['platform'],
  adapters: ['adapters/[a-z]+/port', 'platform'],
  http: ['http', 'platform'],
  jobs: ['jobs', 'platform'],
  cli: ['app', 'cli', 'config', 'features', 'http', 'jobs', 'platform'],
  ...Object.fromEntries(
    features.map((name, i) => [
      `features/${name}`,
      [
        ...features.slice(0, i).map((f) => `features/${f}/index`),
        'http',
        'jobs',
        'adapters/[a-z]+/port',
        'platform',
      ],
    ]),
  ),
}

const rooms = ['platform', 'adapters', 'http', 'jobs', 'features', 'cli']
const drivers = ['pg', 'pg-*', '!pg-boss', '@electric-sql/*']

function onlyImports(allowed: string[]) {
  return {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^#(?!(${allowed.join('|')})[./])`,
            message: 'This room may not import that one: see the table in oxlint.config.ts.',
          },
          {
            regex: `^\\.\\.?/.*(^|/)(${rooms.join('|')})/`,
            message: 'Reach another room by its #name, so that the table in oxlint.config.ts can see it.',
          },
          {
            regex: `^(\\.\\./)+(${features.join('|')})/`,
            message: 'Reach another feature by #features/<name>/index.ts.',
          },
          { group: drivers, message: 'Only platform/db imports a database driver.' },
        ],
      },
    ],
  } as const
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['node_modules', 'data', '**/*.generated.ts', 'examples'],
  rules: {
    'no-console': 'error',
    'no-shadow': 'off',
    'no-await-in-loop': 'off',
    'import/no-unassigned-import': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
    ],
    'import/no-cycle': 'error',
    'no-eval': 'error',
  },
  overrides: [
    ...Object.entries(mayImport).map(([room, allowed]) => ({
      files: [`src/${room}/**/*.ts`],
      rules: onlyImports(allowed),
    })),
    {
      files: ['src/platform/db/**/*.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: [{ regex: '^#(?!platform/)', message: 'platform knows no feature.' }] },
        ] as const,
      },
    },
    {
      // A unit test may use another room's real part: nothing is mocked.
      files: ['src/**/*.test.ts'],
      rules: { 'no-restricted-imports': 'off' },
    },
    {
      files: ['src/config.ts', 'scripts/**', 'test/**', 'bench/**'],
      rules: { 'no-restricted-properties': 'off' },
    },
    { files: ['scripts/**', 'bench/**', 'src/cli/output.ts', 'bin/**'], rules: { 'no-console': 'off' } },
  ],
})
