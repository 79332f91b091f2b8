import { servingRoles } from '../roles.ts'
import { queueGrants, queueSchema, tableSchema } from './declared.ts'
import { type Finding, join, type Outcome, type Query } from './finding.ts'

/** I05: everything that could read or write a table as somebody else than the caller. */
export async function checkPassages(query: Query): Promise<Outcome> {
  return join(
    await checkViews(query),
    await checkFunctions(query),
    await checkRules(query),
    await checkTriggers(query),
  )
}

const schemas = [tableSchema, queueSchema]

/** Views in our schemas, and wherever one looks at our tables, through other views too. */
async function checkViews(query: Query): Promise<Outcome> {
  const rows = await query<{ name: string; kind: string; asInvoker: boolean }>(
    `with recursive seen (id) as (
      select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = any ($1::text[])
        and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
      union
      select r.ev_class from pg_depend d join pg_rewrite r on r.oid = d.objid join seen on seen.id = d.refobjid
      where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
    )
    select c.oid::regclass::text as name, c.relkind::text as kind,
      coalesce(c.reloptions && '{security_invoker=true,security_invoker=on,security_invoker=1,security_invoker=yes}',
        false) as "asInvoker"
    from pg_class c where c.oid in (select id from seen) and c.relkind in ('v', 'm') order by 1`,
    [schemas],
  )
  return {
    examined: rows.length,
    findings: rows
      .filter(({ kind, asInvoker }) => kind === 'm' || !asInvoker)
      .map(({ name, kind }) =>
        kind === 'm'
          ? { object: `materialized view ${name}`, problem: 'holds rows that no policy guards' }
          : { object: `view ${name}`, problem: 'has no security_invoker: it shows what its owner may see' },
      ),
  }
}

type Function = {
  name: string
  isOurs: boolean
  isDefiner: boolean
  isLeakproof: boolean
  roles: string[]
}

/**
 * There is no function that runs as its owner, so none has to pin its search path. Outside our schemas only those count
 * that somebody who serves may call.
 */
async function checkFunctions(query: Query): Promise<Outcome> {
  const rows = await query<Function>(
    `select p.oid::regprocedure::text as name, n.nspname = any ($1::text[]) as "isOurs", p.prosecdef as "isDefiner",
      p.proleakproof as "isLeakproof",
      array(select case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee)::text end
        from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
        where privilege_type = 'EXECUTE' and grantee <> p.proowner) as roles
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname <> 'pg_catalog' and n.nspname <> 'information_schema'
      and (n.nspname = any ($1::text[])
          and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
        or p.proleakproof
        or p.prosecdef and exists (select from pg_roles r
          where (r.rolname = any ($2::text[]) or r.rolname = session_user and not r.rolsuper)
            and has_schema_privilege(r.oid, n.oid, 'usage') and has_function_privilege(r.oid, p.oid, 'execute')))
    order by 1`,
    [schemas, [...servingRoles]],
  )
  return { examined: rows.length, findings: rows.flatMap(findProblems) }
}

function findProblems({ name, isOurs, isDefiner, isLeakproof, roles }: Function): Finding[] {
  const allowed = Object.keys(queueGrants)
  const strangers = isOurs
    ? roles.filter((role) => !(name.startsWith(`${queueSchema}.`) && allowed.includes(role)))
    : []
  return [
    ...(isDefiner ? ['runs as its owner, past the policies (security definer)'] : []),
    ...(isLeakproof ? ['is called leakproof, so that it sees rows before the policies do'] : []),
    ...strangers.map((role) => `may be called by ${role}, which is not declared`),
  ].map((problem) => ({ object: `function ${name}`, problem }))
}

async function checkRules(query: Query): Promise<Outcome> {
  const rows = await query<{ name: string; table: string }>(
    `select r.rulename as name, r.ev_class::regclass::text as table
    from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any ($1::text[]) and r.rulename <> '_RETURN' order by 1`,
    [schemas],
  )
  return {
    examined: rows.length,
    findings: rows.map(({ name, table }) => ({
      object: `rule ${name} on ${table}`,
      problem: 'rewrites statements, and what it adds runs as the owner of the table',
    })),
  }
}

/** Triggers on our tables, and event triggers, which run wherever somebody migrates. */
async function checkTriggers(query: Query): Promise<Outcome> {
  const rows = await query<{ object: string; function: string; isDefiner: boolean }>(
    `select format('trigger %s on %s', t.tgname, t.tgrelid::regclass) as object, p.oid::regprocedure::text as function,
      p.prosecdef as "isDefiner"
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any ($1::text[]) and not t.tgisinternal
    union all
    select format('event trigger %s', e.evtname), p.oid::regprocedure::text, p.prosecdef
    from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid
    order by 1`,
    [schemas],
  )
  return {
    examined: rows.length,
    findings: rows
      .filter(({ isDefiner }) => isDefiner)
      .map(({ object, function: name }) => ({
        object,
        problem: `calls ${name}, which runs as its owner (security definer)`,
      })),
  }
}
