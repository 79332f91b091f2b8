import { suspended } from '#features/tenancy/index.ts'
import { expiredCredential, invalidCredential, revokedCredential } from './errors.ts'

/** What a credential of any kind stands on. */
export type Standing = {
  revoked_at: Date | null
  expires_at: Date | null
  tenant_status: string | null
  partner_status: string | null
}

/** @throws auth.invalid, auth.revoked, auth.expired */
export function assertAlive({ revoked_at, expires_at, tenant_status }: Standing, now: Date): void {
  // From the first moment the same answer as after the end, when its credentials are gone.
  if (tenant_status === 'erasing') throw invalidCredential()
  if (revoked_at) throw revokedCredential()
  if (expires_at && expires_at <= now) throw expiredCredential()
}

/** @throws tenancy.suspended */
export function assertInUse({ partner_status, tenant_status }: Standing): void {
  if (partner_status && partner_status !== 'active') throw suspended('The partner is suspended.')
  if (tenant_status && tenant_status !== 'active') throw suspended(`The tenant is ${tenant_status}.`)
}
