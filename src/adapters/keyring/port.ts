export { KeyNotAdded, type Keyring, type WrappedKey } from '#platform/vault/index.ts'
