import { type Making, fileWithPages, fresh, newFile, newFolder, trashedFile } from './making.ts'

/** Folders, files, searches and questions. */
export const contentSamples: Record<string, Making> = {
  'POST /v1/folders': (caller) => ({
    body: { space: caller.place.space.id, parent: caller.place.folder.id, name: fresh(caller, 'folder') },
  }),
  'GET /v1/folders': ({ place }) => ({ query: { space: place.space.id, limit: 200 } }),
  'GET /v1/folders/{id}': ({ place }) => ({ params: { id: place.folder.id } }),
  'PATCH /v1/folders/{id}': async (caller) => ({
    params: { id: await newFolder(caller) },
    body: { parent: caller.place.folder.id },
  }),
  'DELETE /v1/folders/{id}': async (caller) => ({ params: { id: await newFolder(caller) } }),

  'POST /v1/files': ({ place }) => ({
    form: { space: place.space.id, folder: place.folder.id, origin: 'sample', metadata: '{"team":"blue"}' },
  }),
  'GET /v1/files': ({ place }) => ({ query: { space: place.space.id, limit: 200 } }),
  'GET /v1/files/{id}': ({ place }) => ({ params: { id: place.file.id } }),
  'PATCH /v1/files/{id}': async (caller) => ({
    params: { id: await newFile(caller) },
    body: { name: 'renamed.txt', metadata: { team: 'red' }, folder: caller.place.folder.id },
  }),
  'DELETE /v1/files/{id}': async (caller) => ({ params: { id: await newFile(caller) } }),
  'POST /v1/files/batch': ({ place }) => ({ form: { space: place.space.id, folder: place.folder.id } }),
  // Nobody has that name: what is imported fails without a call.
  'POST /v1/files/import': ({ place }) => ({
    body: { url: 'https://nowhere.invalid/report.txt', space: place.space.id, folder: place.folder.id },
  }),
  'POST /v1/files/delete': async (caller) => ({ body: { ids: [await newFile(caller)] } }),
  'POST /v1/files/{id}/copy': async (caller) => ({
    params: { id: await newFile(caller) },
    body: { folder: caller.place.folder.id },
  }),
  'POST /v1/files/{id}/restore': async (caller) => ({ params: { id: await trashedFile(caller) } }),
  'GET /v1/files/{id}/versions': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/versions/{number}/content': ({ place }) => ({
    params: { id: place.file.id, number: '1' },
  }),
  'POST /v1/files/{id}/versions/{number}/restore': async (caller) => ({
    params: { id: await newFile(caller), number: '1' },
  }),
  'POST /v1/files/{id}/reindex': async (caller) => ({ params: { id: await newFile(caller) } }),
  'GET /v1/files/{id}/content': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/pages/{page}': async (caller) => ({
    params: { id: await fileWithPages(caller), page: '1' },
  }),
  'GET /v1/files/{id}/pages/{page}/picture': async (caller) => ({
    params: { id: await fileWithPages(caller), page: '1' },
  }),
  'GET /v1/files/{id}/text': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/chunks': ({ place }) => ({ params: { id: place.file.id } }),

  'GET /v1/chunks/{id}': ({ place }) => ({ params: { id: place.chunk.id }, query: { context: 2 } }),

  'POST /v1/search': ({ place }) => ({ body: { query: place.marker, spaces: [place.space.id] } }),
  'GET /v1/search/suggestions': ({ place }) => ({
    query: { q: place.marker.slice(0, -2), spaces: place.space.id },
  }),
  'GET /v1/search/insight': ({ place }) => ({ query: { space: place.space.id } }),
  'PATCH /v1/search/insight': () => ({ body: { keeps_queries: false } }),
  'POST /v1/search/{id}/clicks': ({ place }) => ({
    params: { id: place.search.id },
    body: { file_id: place.file.id, position: 1 },
  }),
  'POST /v1/ask': ({ run, place }) => ({ body: { question: run.question, spaces: [place.space.id] } }),
}

/** Where an id stands in the place of what the sample has. */
export const contentInstead: Record<string, Making> = {
  'like.file': ({ place }) => ({ body: { like: { file: place.file.id }, spaces: [place.space.id] } }),
  'like.chunk': ({ place }) => ({ body: { like: { chunk: place.chunk.id }, spaces: [place.space.id] } }),
}
