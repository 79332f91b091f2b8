export { checkKeyring } from './check-keyring.ts'
export { isUnopenable } from './errors.ts'
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
export { rewrapKeys } from './rewrap.ts'
export { SealBroken } from './seal.ts'
export { contextOf, createVault, type Place, type Sealer, type TenantKeys, type Vault } from './vault.ts'
