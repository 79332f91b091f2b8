import type { Breach } from './breach.ts'

/** Logins and serving roles with a power, or in a group that has one. */
export const roles: Breach[] = [
  ...[
    ['superuser', 'is a superuser'],
    ['bypassrls', 'may bypass row security'],
    ['createrole', 'may create roles'],
    ['createdb', 'may create databases'],
    ['replication', 'may replicate'],
  ].flatMap(([power = '', problem = '']): Breach[] => [
    {
      what: `a login with ${power}`,
      change: `alter role "$login" ${power}`,
      findings: [`I03 login $login ${problem}`],
      only: 'server',
    },
    {
      what: `a serving role with ${power}`,
      change: `alter role bulkhead_partner ${power}`,
      findings: [`I03 role bulkhead_partner ${problem}`],
    },
  ]),
  {
    what: 'a login in a group that is a superuser, by way of another',
    change: `create role breach_super superuser nologin; create role breach_group nologin;
      grant breach_super to breach_group; grant breach_group to "$login"`,
    findings: ['I03 login $login is a member of breach_super, which is a superuser'],
    only: 'server',
  },
  {
    what: 'a login in a group that may bypass row security',
    change: `create role breach_bypass bypassrls nologin; grant breach_bypass to "$login"`,
    findings: ['I03 login $login is a member of breach_bypass, which may bypass row security'],
    only: 'server',
  },
  {
    what: 'a login in the group that reads everything',
    change: `grant pg_read_all_data to "$login"`,
    findings: ['I03 login $login is a member of pg_read_all_data, which reaches past grants'],
    only: 'server',
  },
  {
    what: 'a login in the group that owns the tables',
    change: `create role breach_owner nologin; grant breach_owner to "$login"; alter table files owner to breach_owner`,
    findings: ['I03 login $login is a member of breach_owner, which owns table files'],
    only: 'server',
  },
  {
    what: 'a serving role that owns a table',
    change: 'alter table files owner to bulkhead_system',
    findings: ['I03 role bulkhead_system owns table files'],
    only: 'embedded',
  },
  {
    what: 'a serving role in another one',
    change: 'grant bulkhead_tenant to bulkhead_partner',
    findings: ['I03 role bulkhead_partner is a member of bulkhead_tenant'],
  },
  {
    what: 'a serving role that may log in',
    change: 'alter role bulkhead_platform login',
    findings: ['I03 role bulkhead_platform may log in'],
  },
  {
    what: 'a right to temporary tables',
    change: `do $$ begin execute format('grant temporary on database %I to bulkhead_tenant', current_database()); end $$`,
    findings: ['I03 role bulkhead_tenant may create temporary tables'],
    only: 'embedded',
  },
  {
    what: 'a right to make tables',
    change: 'grant create on schema public to bulkhead_jobs',
    findings: ['I03 role bulkhead_jobs may create tables in schema public'],
    only: 'embedded',
  },
  ...[
    ['temporary on database %I', 'may create temporary tables'],
    ['create on database %I', 'may create schemas'],
    ['create on schema public', 'may create tables in schema public'],
  ].map(([right = '', problem = '']): Breach => ({
    what: `a login that ${problem}`,
    change: `do $$ begin execute format('grant ${right} to "$login"', current_database()); end $$`,
    findings: [`I03 login $login ${problem}`],
    only: 'server',
  })),
]
