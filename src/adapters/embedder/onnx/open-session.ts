/** Takes equally long rows of pieces; gives the model's output, `width` numbers a piece or, when it pools, a row. */
export type RunModel = (rows: readonly (readonly number[])[]) => Promise<ModelOutput>
type ModelOutput = { width: number; isPooled: boolean; values: Float32Array }

/** Threads that spin while they wait take the processor from the rest of the machine and gain nothing where it is busy. */
const patient = { session: { intra_op: { allow_spinning: '0' } } }

/**
 * Opens an ONNX file of a sentence model.
 * @param threads left out: one a processor
 * @throws Error that says how to install the runtime, when it is not there
 */
export async function openSession(file: string, threads?: number): Promise<RunModel> {
  const { InferenceSession, Tensor } = await loadRuntime()
  const limited = threads === undefined ? {} : { intraOpNumThreads: threads }
  const session = await InferenceSession.create(file, { extra: patient, ...limited })
  return async (rows) => {
    const shape = [rows.length, rows[0]?.length ?? 0]
    const ids = BigInt64Array.from(rows.flat(), (id) => BigInt(id))
    const filled = (value: bigint) => new Tensor('int64', new BigInt64Array(ids.length).fill(value), shape)
    const inputs = new Map([
      ['input_ids', new Tensor('int64', ids, shape)],
      ['attention_mask', filled(1n)],
      ['token_type_ids', filled(0n)],
    ])
    const wanted = [...inputs].filter(([name]) => session.inputNames.includes(name))
    const outputs = await session.run(Object.fromEntries(wanted))
    const output = outputs['sentence_embedding'] ?? outputs[session.outputNames[0] ?? '']
    if (!(output?.data instanceof Float32Array))
      throw new Error('the model’s output is something else than numbers')
    return { width: output.dims.at(-1) ?? 0, isPooled: output.dims.length === 2, values: output.data }
  }
}

/** Its version is the one this program was tried with; without the flag its install script downloads what GPUs need. */
const howToInstall = 'npm install --no-save --onnxruntime-node-install=skip onnxruntime-node@1.30.0'

/** It takes 290 MB, so it is not installed unless somebody wants it. */
async function loadRuntime() {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw new Error(`it needs onnxruntime-node, which is not installed: ${howToInstall}`, { cause })
  }
}
