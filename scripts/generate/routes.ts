import type { Route } from '#http/index.ts'
import { code, page, table } from './markdown.ts'

/** The route table by tag, in the order of declaration. */
export function generateRoutes(routes: Route[]): string {
  const sections = [...Map.groupBy(routes, (route) => route.tag)].map(
    ([tag, ofTag]) =>
      `## ${tag}\n\n${table(['Route', 'Needs', 'Keys', 'What it does', 'Records'], ofTag.map(row))}`,
  )
  return page(
    'Routes',
    'the route table',
    'Fields, types and answers are in [openapi.json](openapi.json), which a running server shows at `/docs`. `Needs` is the permission; `Keys` are the levels of keys that may come at all; `Records` is what a request that succeeds may tell of.',
    ...sections,
  )
}

function row({ method, path, access, levels, summary, records = [] }: Route): string[] {
  const needs = access === 'public' ? 'nothing' : access === 'authenticated' ? 'any key' : code(access)
  return [code(`${method} ${path}`), needs, levels.join(', ') || '–', summary, records.map(code).join(' ')]
}
