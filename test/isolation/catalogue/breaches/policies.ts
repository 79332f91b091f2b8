import type { Breach } from './breach.ts'

const ownTenant = `tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid`
const heldAgainstTenantOnly = String.raw`\(tenant_id = \(NULLIF[^A]*::uuid\)`

/** Policies that show or take more than the caller’s own. */
export const policies: Breach[] = [
  {
    what: 'a policy that is gone',
    change: 'drop policy tenant_wall on files',
    findings: ['I02 policy tenant_wall on files is missing'],
  },
  {
    what: 'a policy for PUBLIC',
    change: 'alter policy tenant_wall on files to public',
    findings: [
      'I02 policy tenant_wall on files is for PUBLIC$',
      'I02 policy tenant_wall on files is for PUBLIC instead of bulkhead_tenant',
    ],
  },
  {
    what: 'a policy that is true for every row',
    change: 'alter policy tenant_wall on versions using (true)',
    findings: [
      'I02 policy tenant_wall on versions is true whoever asks',
      'I02 policy tenant_wall on versions shows rows where true',
    ],
  },
  {
    what: 'a policy that lets anything be written',
    change: 'alter policy tenant_wall on versions with check (tenant_id = tenant_id)',
    findings: [
      'I02 policy tenant_wall on versions is true whoever asks',
      String.raw`I02 policy tenant_wall on versions lets rows be written where \(tenant_id = tenant_id\)`,
    ],
  },
  {
    what: 'a policy without a check of its own',
    change: `drop policy partner_wall on tenants; create policy partner_wall on tenants to bulkhead_partner
      using (partner_id = (select nullif(current_setting('app.partner_id', true), '')::uuid))`,
    findings: ['I02 policy partner_wall on tenants lets rows be written where shown'],
  },
  {
    what: 'a policy that forgets the spaces',
    change: `alter policy space_wall on chunks using (${ownTenant}) with check (${ownTenant})`,
    findings: [
      `I02 policy space_wall on chunks shows rows where ${heldAgainstTenantOnly}$`,
      `I02 policy space_wall on chunks lets rows be written where ${heldAgainstTenantOnly}$`,
    ],
  },
  {
    what: 'a policy that joins tenant and spaces by “or”',
    change: `alter policy space_wall on chunks using (${ownTenant} or space_id is not null)`,
    findings: [String.raw`I02 policy space_wall on chunks shows rows where .* OR \(space_id IS NOT NULL\)`],
  },
  {
    what: 'a second policy that widens the first',
    change: `create policy support on files for select to bulkhead_tenant using (current_setting('app.support', true) = 'on')`,
    findings: ['I02 policy support on files is not one of the declared ones: it widens'],
  },
  {
    what: 'a policy that lets the platform see content',
    change: `create policy platform_wall on files to bulkhead_platform using (true)`,
    findings: [
      'I02 policy platform_wall on files is true whoever asks',
      'I02 policy platform_wall on files is not one of the declared ones: it widens',
    ],
  },
  {
    what: 'a wall for another role',
    change: 'alter policy tenant_wall on files to bulkhead_partner',
    findings: ['I02 policy tenant_wall on files is for bulkhead_partner instead of bulkhead_tenant'],
  },
]
