import type { Mutation } from './mutation.ts'

const vault = 'src/platform/vault/vault.ts'
const masters = 'src/platform/vault/master-keys.ts'
const checkKeyring = 'src/platform/vault/check-keyring.ts'
const frames = 'src/platform/vault/frames.ts'
const seal = 'src/platform/vault/seal.ts'
const vaultTests = ['src/platform/vault/vault.test.ts']
const frameTests = ['src/platform/vault/frames.test.ts']
const sealTests = ['src/platform/vault/seal.test.ts']
const context = 'return `${tenantId}/${table}/${row}/${column}`'

/** What content is sealed with, where it opens, and for how long. */
export const key: Mutation[] = [
  {
    guard: 'Sealed content opens in its place alone',
    statement: 'I29',
    file: seal,
    find: 'decipher.setAAD(Buffer.from(place)).setAuthTag(tag)',
    replace: "decipher.setAAD(Buffer.from('')).setAuthTag(tag)",
    alone: [{ file: seal, find: 'iv).setAAD(Buffer.from(place))', replace: "iv).setAAD(Buffer.from(''))" }],
    tests: sealTests,
  },
  {
    guard: 'The place of sealed content names the tenant',
    statement: 'I29',
    file: vault,
    find: context,
    replace: context.replace('${tenantId}/', ''),
    tests: vaultTests,
  },
  {
    guard: 'The place of sealed content names the table',
    statement: 'I29',
    file: vault,
    find: context,
    replace: context.replace('/${table}', ''),
    tests: vaultTests,
  },
  {
    guard: 'The place of sealed content names the row',
    statement: 'I29',
    file: vault,
    find: context,
    replace: context.replace('/${row}', ''),
    tests: vaultTests,
  },
  {
    guard: 'The place of sealed content names the column',
    statement: 'I29',
    file: vault,
    find: context,
    replace: context.replace('/${column}', ''),
    tests: vaultTests,
  },
  {
    guard: 'Every tenant has a key of its own, also among those that are remembered',
    statement: 'I29',
    file: vault,
    find: 'opened.set(tenantId, { keys',
    replace: 'for (const id of [tenantId, ...opened.keys()]) opened.set(id, { keys',
    tests: vaultTests,
  },
  {
    guard: 'A tenant’s key is random',
    statement: 'I29',
    file: vault,
    find: 'secret: randomBytes(32)',
    replace: 'secret: Buffer.alloc(32, 7)',
    tests: vaultTests,
  },
  {
    guard: 'A wrapped key opens for its own tenant alone',
    statement: 'I29',
    file: masters,
    find: 'return `keyring/${tenantId}/${version}`',
    replace: 'return `keyring/${tenantId.length}/${version}`',
    tests: vaultTests,
  },
  {
    guard: 'A frame of a blob opens in its blob alone',
    statement: 'I29',
    file: frames,
    find: 'return Buffer.from(`${place}#${number}',
    replace: 'return Buffer.from(`${place.length}#${number}',
    tests: frameTests,
  },
  {
    guard: 'A frame of a blob opens in its turn alone',
    statement: 'I29',
    file: frames,
    find: '`${place}#${number}',
    replace: '`${place}#${number > -1}',
    alone: [
      { file: frames, find: 'full.writeUInt32BE(number, 8)', replace: 'full.writeUInt32BE(0 * number, 8)' },
    ],
    tests: frameTests,
  },
  {
    guard: 'A blob that was cut off at a frame does not pass for whole',
    statement: 'I29',
    file: frames,
    find: "${isLast ? '.' : ''}",
    replace: '',
    tests: frameTests,
  },
  {
    guard: 'A tenant without a key has none made in silence',
    statement: 'I30',
    file: vault,
    find: '    const wrapped = await keyring.read(tenantId)\n',
    replace:
      '    if ((await keyring.read(tenantId)).length === 0) await add(tenantId, 1)\n    const wrapped = await keyring.read(tenantId)\n',
    tests: vaultTests,
  },
  {
    guard: 'A destroyed key is forgotten at once by whoever destroyed it',
    statement: 'I30',
    file: vault,
    find: '      destroyed++\n      opened.delete(tenantId)\n',
    replace: '      destroyed++\n',
    tests: vaultTests,
  },
  {
    guard: 'A key that is destroyed while it is read is not remembered',
    statement: 'I30',
    file: vault,
    find: 'if (destroyed === before) opened.set',
    replace: 'opened.set',
    tests: vaultTests,
  },
  {
    guard: 'A key that another process destroyed is forgotten after a while',
    statement: 'I30',
    file: vault,
    find: 'known && known.untilMs > nowMs && ',
    replace: 'known && ',
    tests: vaultTests,
  },
  {
    guard: 'A destroyed key is gone from the keyring',
    statement: 'I30',
    file: 'src/adapters/keyring/file.ts',
    find: '  await rename(folderOf(root, tenantId), doomed)',
    replace: '  await rename(`${folderOf(root, tenantId)}.gone`, doomed)',
    tests: vaultTests,
  },
  {
    guard: 'A wrong master key is refused at the start',
    statement: 'I30',
    file: checkKeyring,
    find: 'if (unknown.length > 0)',
    replace: 'if (unknown.length > counts.size)',
    tests: vaultTests,
  },
  {
    guard: 'A lost keyring is refused at the start, and never begun anew',
    statement: 'I30',
    file: checkKeyring,
    find: 'if (counts.size === 0 && hasTenants)',
    replace: 'if (counts.size > 0 && !hasTenants)',
    tests: vaultTests,
  },
  {
    guard: 'A key that another process made is asked for when it is needed',
    statement: 'I29',
    file: vault,
    find: ' && known.keys.newest.version >= version) return',
    replace: ' && version >= 0) return',
    tests: vaultTests,
  },
  {
    guard: 'Bytes that are kept under a retired key are not taken for a file',
    statement: 'I29',
    file: 'src/features/files/upload.ts',
    find: '  if (stored.key < oldestKey) throw',
    replace: '  if (stored.key < oldestKey - oldestKey) throw',
    tests: ['test/isolation/rotation-at-once.test.ts'],
  },
  {
    guard: 'A new data key waits for whoever is sealing with the one before',
    statement: 'I29',
    file: 'src/platform/db/tx.ts',
    find: ' from tenants where id = $1 for share',
    replace: ' from tenants where id = $1',
    tests: ['test/isolation/sealing-shared.test.ts'],
    on: 'server',
  },
]
