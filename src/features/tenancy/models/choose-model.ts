import { type LanguageModels, type NamedLanguageModel, noModel } from '#adapters/language/port.ts'
import type { TenantTx } from '#platform/db/index.ts'

/**
 * Which model may be given what lies in a space, or in all that the caller sees: a space's own choice, else its tenant's, else
 * the server's. What spaces of several choices hold goes to none of them. A chosen name that is not configured any more falls
 * back on nothing, least of all on the default, which may be somebody else's machine.
 * @param spaceId undefined for the tenant as a whole
 */
export async function chooseModel(
  tx: TenantTx,
  spaceId: string | undefined,
  models: LanguageModels,
): Promise<ChosenModel> {
  const tenant = await tx.kysely.selectFrom('tenants').select('model').executeTakeFirst()
  const ofTenant = tenant?.model ?? models.defaultName
  const spaces = await tx.kysely
    .selectFrom('spaces')
    .select('model')
    .distinct()
    .$if(spaceId !== undefined, (query) => query.where('id', '=', spaceId!))
    .execute()
  const names = new Set(spaces.map(({ model }) => model ?? ofTenant))
  if (spaceId === undefined) names.add(ofTenant)
  const [name = noModel] = names
  if (names.size > 1) return { refused: 'spaces_differ' }
  if (name === noModel) return {}
  const model = models.named(name)
  return model ? { model } : { refused: 'model_not_configured' }
}

/** Neither where none is chosen. */
export type ChosenModel = { model?: NamedLanguageModel; refused?: 'spaces_differ' | 'model_not_configured' }
