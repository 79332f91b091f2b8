import type { Permission } from './permissions.ts'

declare const minted: unique symbol

/**
 * Who acts: a key, a portal token, a job that an earlier request caused, who takes an invitation, or the operator at the
 * command line; in a tenant also its partner or the platform, of whose keys a tenant knows nothing.
 */
export type Subject = {
  type: 'key' | 'portal_token' | 'job' | 'invitation' | 'operator' | 'partner' | 'platform' | 'anonymous'
  id: string
  name: string
}

/**
 * Places within spaces. A file is decided by its own id, else by its folder's, else by its space's; a folder that is
 * named is named with all folders below it.
 */
export type Places = {
  /** Spaces that are in. */
  spaces: readonly string[]
  /** Folders and files that are in. */
  within: readonly string[]
  /** Folders and files that are out. */
  except: readonly string[]
}

/** For whom a credential acts, beside itself. */
export type ActingUser = { id: string; name: string }

/** The address of who sent a request, and what they say that they use. */
export type Sender = { address: string; userAgent: string | undefined }

type Common = {
  readonly [minted]: true
  readonly subject: Subject
  readonly permissions: ReadonlySet<Permission>
  readonly requestId: string
  /** Where the request comes from, where there is one. */
  readonly from?: Sender
  /** Ends when the caller goes away; a database connection in use then is destroyed, not returned. */
  readonly signal: AbortSignal
}

export type PlatformScope = Common & { readonly level: 'platform' }
export type PartnerScope = Common & { readonly level: 'partner'; readonly partnerId: string }

/**
 * Proof that a credential was verified for one tenant. Only `access/` and the job runner can make one
 * (`platform/scope/mint.ts`), and every key for the database, blobs, caches and jobs is built from it.
 */
export type TenantScope = Common & {
  readonly level: 'tenant'
  readonly partnerId: string
  readonly tenantId: string
  /** Spaces this scope may see: every one of the tenant, or just these. A wall as strong as the tenant's. */
  readonly spaces: 'all' | readonly string[]
  /** The one space its credential is bound to: what a request means that names none. */
  readonly boundTo?: string
  /** What of its spaces it may see and change, where that is not all of them. Held by the database. */
  readonly part?: { readonly sees: Places; readonly changes: Places }
  /** Its rights are no more than this user's. */
  readonly user?: ActingUser
}

export type Scope = PlatformScope | PartnerScope | TenantScope

/** A scope's fields without the proof, as `access/` reads them from a credential. */
export type Unminted<S extends Scope> = S extends Scope ? Omit<S, typeof minted> : never
