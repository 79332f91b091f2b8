export {
  openFrames,
  headerRange,
  plainLength,
  readHeader,
  sealedLength,
  sealFrames,
  windowOf,
} from './frames.ts'
export type { Keyring, WrappedKey } from './keyring.ts'
export { SealBroken } from './seal.ts'
export {
  checkKeyring,
  createMasterKey,
  createVault,
  KeyMissing,
  type MasterKey,
  parseMasterKey,
  type TenantKeys,
  type Vault,
} from './vault.ts'
