import { suspended } from '#features/tenancy/index.ts'
import { expiredCredential, invalidCredential, revokedCredential } from './errors.ts'

/** What a credential of any kind stands on. */
export type Standing = {
  revoked_at: Date | null
  expires_at: Date | null
  tenant_status: string | null
  partner_status: string | null
}

/** From the first moment of an erasure the same as after its end, when the credentials are gone. */
export function isThere({ tenant_status }: Standing): boolean {
  return tenant_status !== 'erasing'
}

/** @throws auth.invalid, auth.revoked, auth.expired */
export function assertAlive(standing: Standing, now: Date): void {
  const { revoked_at, expires_at } = standing
  if (!isThere(standing)) throw invalidCredential()
  if (revoked_at) throw revokedCredential()
  if (expires_at && expires_at <= now) throw expiredCredential()
}

/** @throws tenancy.suspended */
export function assertInUse({ partner_status, tenant_status }: Standing): void {
  if (partner_status && partner_status !== 'active') throw suspended('The partner is suspended.')
  if (tenant_status && tenant_status !== 'active') throw suspended(`The tenant is ${tenant_status}.`)
}
