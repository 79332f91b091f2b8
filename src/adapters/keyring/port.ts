export type { Keyring, WrappedKey } from '#platform/vault/index.ts'
