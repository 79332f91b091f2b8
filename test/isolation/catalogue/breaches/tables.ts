import type { Breach } from './breach.ts'

/** Tables without a tenant, or without forced row security. */
export const tables: Breach[] = [
  {
    what: 'nothing wrong with a tenant table that has no spaces',
    change: `create table notes (tenant_id uuid not null, note text); call make_tenant_table('notes')`,
    findings: [],
  },
  {
    what: 'a table without forced row security',
    change: 'alter table files no force row level security',
    findings: ['I01 table files does not force row security'],
  },
  {
    what: 'a table with row security switched off',
    change: 'alter table chunks disable row level security',
    findings: ['I01 table chunks has row security disabled'],
  },
  {
    what: 'a shared table with row security switched off',
    change: 'alter table keys disable row level security',
    findings: ['I01 table keys has row security disabled'],
  },
  {
    what: 'a table that belongs to nobody',
    change: 'create table loose (id uuid)',
    findings: [
      'I01 table loose has no column tenant_id',
      'I01 table loose has row security disabled',
      'I01 table loose does not force',
      'I02 policy tenant_wall on loose is missing',
      'I02 policy erasure on loose is missing',
    ],
  },
  {
    what: 'a tenant table that may have rows without a tenant',
    change: 'alter table index_vectors drop constraint index_vectors_pkey, alter tenant_id drop not null',
    findings: ['I01 table index_vectors has no column tenant_id uuid not null'],
  },
  {
    what: 'a tenant that is not a uuid',
    change: `create table notes (tenant_id text not null); alter table notes enable row level security, force row level security;
      create policy tenant_wall on notes to bulkhead_tenant using (tenant_id = 'a') with check (tenant_id = 'a')`,
    findings: [
      'I01 table notes has no column tenant_id uuid not null',
      'I02 policy erasure on notes is missing',
      'I02 policy tenant_wall on notes is true whoever asks',
      'I02 policy tenant_wall on notes shows rows where',
      'I02 policy tenant_wall on notes lets rows be written where',
    ],
  },
  {
    what: 'an erasure that reaches living tenants',
    change: `alter policy erasure on files using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)`,
    findings: ['I02 policy erasure on files shows rows where'],
  },
  {
    what: 'an erasure that writes',
    change: `alter policy erasure on files with check (tenant_id = (select id from tenants limit 1))`,
    findings: ['I02 policy erasure on files lets rows be written where'],
  },
  {
    what: 'an erasure that reads',
    change: 'grant select (name) on files to bulkhead_eraser',
    findings: [
      String.raw`I03 table files lets bulkhead_eraser select \(ctid, tenant_id, name\), which is not declared`,
      String.raw`I03 table files does not let bulkhead_eraser select \(ctid, tenant_id\)`,
    ],
  },
  {
    what: 'a table that is gone',
    change: 'drop table index_vectors',
    findings: ['I01 table index_vectors is missing'],
  },
  {
    what: 'a partition that is open to whoever addresses it',
    change: `create table parts (tenant_id uuid not null, space_id uuid) partition by hash (tenant_id);
      call make_tenant_table('parts', 'space_id');
      create table parts_0 partition of parts for values with (modulus 1, remainder 0);
      grant select on parts_0 to bulkhead_tenant`,
    findings: [
      'I01 table parts_0 has row security disabled',
      'I01 table parts_0 does not force',
      'I03 table parts_0 lets bulkhead_tenant select',
    ],
  },
  {
    what: 'a table elsewhere that inherits from one of ours',
    change: 'create schema elsewhere; create table elsewhere.more () inherits (files)',
    findings: [
      'I01 table elsewhere.more has row security disabled',
      'I01 table elsewhere.more does not force',
    ],
  },
  {
    what: 'a schema that hides public from a role',
    change: 'create schema bulkhead_tenant',
    findings: ['I01 schema bulkhead_tenant has the name of a serving role'],
  },
]
