import type { Execute } from '../execute.ts'
import { checkKeys } from './check-keys.ts'
import { checkPassages } from './check-passages.ts'
import { checkPolicies } from './check-policies.ts'
import { checkRights } from './check-rights.ts'
import { checkRoles } from './check-roles.ts'
import { checkSession } from './check-session.ts'
import { checkTables } from './check-tables.ts'
import { type Check, join, type Query } from './finding.ts'
import { readRelations } from './relations.ts'

/**
 * Holds the database's own catalogue against `declared.ts`: whether it is still the schema that keeps tenants apart.
 * Reads pg_catalog only, so the plain serving login can run it, under any of its roles. On an embedded database the
 * login is left out: it is a superuser by nature.
 */
export async function examineCatalogue(execute: Execute, kind: 'embedded' | 'server'): Promise<Check[]> {
  const query: Query = async <Row>(text: string, values?: unknown[]) =>
    (await execute(text, values)).rows as Row[]
  const relations = await readRelations(query)
  return [
    {
      statement: 'I01',
      title: 'Every table belongs to a tenant and forces row security, but for a short list',
      ...(await checkTables(query, relations)),
    },
    {
      statement: 'I02',
      title: 'Every policy holds rows against the caller’s own settings, and no other policy widens it',
      ...(await checkPolicies(query, relations)),
    },
    {
      statement: 'I03',
      title: 'Whoever serves has no power over row security, and no right that is not declared',
      ...join(await checkRoles(query, kind), await checkSession(query), await checkRights(query, relations)),
    },
    {
      statement: 'I04',
      title: 'Unique indexes and foreign keys of tenant tables begin with tenant_id',
      ...(await checkKeys(query, relations)),
    },
    {
      statement: 'I05',
      title: 'No view, rule, trigger or function leads past the policies',
      ...(await checkPassages(query)),
    },
  ]
}
