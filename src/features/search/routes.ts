import { type Route, route } from '#http/index.ts'
import { type InsightDeps, insightRoutes } from './insight/routes.ts'
import { rerankRoutes } from './rerank/routes.ts'
import { SearchAnswer, SearchInput, SuggestionQuery, Suggestions } from './schemas.ts'
import { search, type SearchDeps } from './search.ts'
import { suggest } from './suggest.ts'
import { synonymRoutes } from './synonyms/routes.ts'

export function searchRoutes(deps: SearchDeps & InsightDeps): Route[] {
  return [
    ...synonymRoutes(deps),
    ...rerankRoutes(deps),
    ...insightRoutes(deps),
    route({
      tag: 'search',
      levels: ['tenant'],
      access: 'search:query',
      method: 'POST',
      path: '/v1/search',
      records: ['search.performed'],
      summary: 'Search files by words and meaning',
      description:
        'Exact: every matching place is scored, with statistics of what the caller may read and nothing else. `hybrid` weighs words and meaning, both in proportion to the best of this search; a query in a language the embedder does not know is ranked by words. `score` is from 0 to 1, for `text` in points of BM25.',
      body: SearchInput,
      responses: { 200: SearchAnswer },
      handle: ({ scope, body }) => search(scope, body, deps),
    }),
    route({
      tag: 'search',
      levels: ['tenant'],
      access: 'search:query',
      method: 'GET',
      path: '/v1/search/suggestions',
      summary: 'Go on with what is being typed',
      description: 'From words and names of files that the caller may read, and from nothing else.',
      query: SuggestionQuery,
      responses: { 200: Suggestions },
      handle: ({ scope, query }) => suggest(scope, query, deps),
    }),
  ]
}
