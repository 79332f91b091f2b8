import type { Breach } from './breach.ts'

/** Unique indexes and foreign keys across tenants. */
export const keys: Breach[] = [
  {
    what: 'a unique index across tenants',
    change: 'create unique index spy on files (sha256)',
    findings: ['I04 unique index spy on files begins with sha256'],
  },
  {
    what: 'a unique index over an expression',
    change: 'create unique index spy on files (lower(name), tenant_id)',
    findings: ['I04 unique index spy on files begins with an expression'],
  },
  {
    what: 'a foreign key that could point at another tenant’s row',
    change: `create unique index spy on versions (id);
      alter table index_blocks add constraint stray foreign key (version_id) references versions (id)`,
    findings: [
      'I04 unique index spy on versions begins with id',
      'I04 foreign key stray on index_blocks leads from version_id to versions.id',
    ],
  },
  {
    what: 'a foreign key that mixes the columns up',
    change:
      'alter table index_blocks add constraint stray foreign key (version_id, tenant_id) references versions (id, tenant_id)',
    findings: ['I04 foreign key stray on index_blocks leads from version_id to versions.id'],
  },
]
