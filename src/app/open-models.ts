import { dirname, resolve } from 'node:path'
import { leaveAloneWhenDown } from '#adapters/language/leave-alone.ts'
import { openLanguageEndpoint } from '#adapters/language/openai/open-model.ts'
import { type LanguageModels, type NamedLanguageModel, noModel } from '#adapters/language/port.ts'
import { byName } from '#adapters/model/named.ts'
import type { Log } from '#platform/log.ts'
import type { Config } from '../config.ts'
import { readModelsFile } from './models-file.ts'
import { checkDefault, readKey } from './named-entries.ts'

/**
 * The language models that the operator's file names. Paths in it are relative to it.
 * @throws StartRefused when one cannot be used, or the default is none of them
 */
export async function openModels(
  { modelsFile, model: defaultName }: Config,
  log: Log,
): Promise<LanguageModels> {
  const all: NamedLanguageModel[] = []
  for (const [name, entry] of modelsFile === undefined ? [] : await readModelsFile(modelsFile)) {
    const near = (path: string) => resolve(dirname(modelsFile!), path)
    const { kind, url, model, key_file: keyFile, timeout_ms: timeoutMs = 30_000 } = entry
    const key = keyFile === undefined ? undefined : await readKey(near(keyFile), 'model')
    const opened = { ...(await openLanguageEndpoint({ url, model, key, timeoutMs })), name, kind }
    all.push(
      leaveAloneWhenDown(opened, {
        onOpen: ({ reason, message }, restMs) =>
          log.warn(
            { model: name, reason, cause: message, rest_ms: restMs },
            'a language model fails and is left alone',
          ),
      }),
    )
  }
  checkDefault('BULKHEAD_MODEL', defaultName, [noModel, ...all.map(({ name }) => name)])
  return byName(all, defaultName)
}
