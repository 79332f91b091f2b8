export { checkKeyring } from './check-keyring.ts'
export {
  openFrames,
  headerRange,
  plainLength,
  readHeader,
  sealedLength,
  sealFrames,
  windowOf,
} from './frames.ts'
export { KeyNotAdded, type Keyring, type WrappedKey } from './keyring.ts'
export { createMasterKey, type MasterKeys, parseMasterKey } from './master-keys.ts'
export { SealBroken } from './seal.ts'
export { contextOf, createVault, type TenantKeys, type Vault } from './vault.ts'
