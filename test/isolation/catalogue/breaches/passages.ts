import type { Breach } from './breach.ts'

/** Views, functions, rules and triggers that lead past the policies. */
export const passages: Breach[] = [
  {
    what: 'a view that shows what its owner may see',
    change: 'create view everything as select * from files',
    findings: ['I05 view everything has no security_invoker'],
  },
  {
    what: 'a view of a view in another schema',
    change: `create schema reports; create view reports.inner_view with (security_invoker = true) as select * from files;
      create view reports.outer_view as select * from reports.inner_view`,
    findings: ['I05 view reports.outer_view has no security_invoker'],
  },
  {
    what: 'a materialized view',
    change: 'create materialized view copied as select * from chunks',
    findings: ['I05 materialized view copied holds rows that no policy guards'],
  },
  {
    what: 'a function that runs as its owner',
    change: `create function peek() returns bigint language sql security definer set search_path = public
      as 'select count(*) from files'; revoke all on function peek from public`,
    findings: [String.raw`I05 function peek\(\) runs as its owner`],
  },
  {
    what: 'a function elsewhere that runs as its owner and that the tenant may call',
    change: `create schema reports; grant usage on schema reports to bulkhead_tenant;
      create function reports.peek() returns bigint language sql security definer as 'select count(*) from public.files'`,
    findings: [String.raw`I05 function reports.peek\(\) runs as its owner`],
  },
  {
    what: 'a function that is called leakproof',
    change: `create function look(text) returns boolean leakproof language sql as 'select true';
      revoke all on function look from public`,
    findings: [String.raw`I05 function look\(text\) is called leakproof`],
  },
  {
    what: 'a function of ours that everybody may call',
    change: 'grant execute on function tenant_predicate to public',
    findings: [String.raw`I05 function tenant_predicate\(\) may be called by PUBLIC`],
  },
  {
    what: 'a rule',
    change: 'create rule copy_names as on insert to files do also update spaces set name = new.name',
    findings: ['I05 rule copy_names on files rewrites statements'],
  },
  {
    what: 'a trigger that runs as its owner',
    change: `create function copy() returns trigger language plpgsql security definer as 'begin return new; end';
      revoke all on function copy from public;
      create trigger copies after insert on files for each row execute function copy()`,
    findings: [
      String.raw`I05 function copy\(\) runs as its owner`,
      String.raw`I05 trigger copies on files calls copy\(\)`,
    ],
  },
  {
    what: 'an event trigger that runs as its owner',
    change: `create function watch() returns event_trigger language plpgsql security definer as 'begin end';
      revoke all on function watch from public; create event trigger watching on ddl_command_end execute function watch()`,
    findings: [
      String.raw`I05 function watch\(\) runs as its owner`,
      String.raw`I05 event trigger watching calls watch\(\)`,
    ],
  },
]
