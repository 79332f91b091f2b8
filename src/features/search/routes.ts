import { type Route, route } from '#http/index.ts'
import { SearchAnswer, SearchInput } from './schemas.ts'
import { search, type SearchDeps } from './search.ts'

export function searchRoutes(deps: SearchDeps): Route[] {
  return [
    route({
      tag: 'search',
      levels: ['tenant'],
      access: 'search:query',
      method: 'POST',
      path: '/v1/search',
      summary: 'Search files by words',
      description:
        'Exact: every matching place is scored, with statistics of what the caller may read and nothing else.',
      body: SearchInput,
      responses: { 200: SearchAnswer },
      handle: ({ scope, body }) => search(scope, body, deps),
    }),
  ]
}
