import type { LiteParseConfig } from '@llamaindex/liteparse'

/** How the pages are parsed, whatever else is wanted of them. */
export const layoutOptions = {
  outputFormat: 'markdown',
  imageMode: 'off',
  extractLinks: false,
  extractBlocks: true,
  extractFormFields: true,
  extractTextMetadata: true,
  includeComplexity: true,
  extractVectorGraphics: true,
  // Kept here because the parser drops them on every page, the first too; see createRunningLines.
  keepHeadersFooters: true,
  numWorkers: 1,
  quiet: true,
} as const satisfies Partial<LiteParseConfig>
