import { Type } from 'typebox'
import { Answer, Reference, type Route, route, Strict } from '#http/index.ts'
import { formatId } from '#platform/ids.ts'
import { drawPage, type PageDeps, type PageLayout } from './show-page.ts'

const PageParams = Strict({
  id: Reference,
  page: Type.String({ pattern: '^[1-9][0-9]{0,5}$', description: 'Counted from 1.' }),
})

const PageBox = Strict({
  offsets: Type.Array(Type.Integer(), {
    minItems: 2,
    maxItems: 2,
    description: 'UTF-16 units into the text of the file, as in chunks and citations.',
  }),
  x: Type.Number(),
  y: Type.Number(),
  width: Type.Number(),
  height: Type.Number(),
})

const PageShown = Strict({
  version_id: Type.String(),
  page: Type.Integer(),
  width: Type.Number({ description: 'In points, 1/72 inch.' }),
  height: Type.Number(),
  boxes: Type.Array(PageBox, {
    description: 'Where the text stands, line by line, in points from the top left of the page.',
  }),
  picture: Strict({
    media_type: Type.String(),
    width: Type.Integer({ description: 'In pixels.' }),
    height: Type.Integer(),
    data: Type.String({ description: 'The PNG in base64.' }),
  }),
})

const read = { tag: 'files', levels: ['tenant'], access: 'files:read', method: 'GET' } as const

/** Pages as they are seen, so that a citation can be shown where it stands. */
export function pageRoutes(deps: PageDeps): Route[] {
  return [
    route({
      ...read,
      path: '/v1/files/{id}/pages/{page}',
      records: ['file.viewed'],
      summary: 'A page’s picture, and where its text stands on it',
      description:
        'Of PDF files and pictures. A citation covers the boxes whose `offsets` meet its own; scale them by the width of the picture over the width of the page.',
      params: PageParams,
      responses: { 200: PageShown },
      handle: async ({ scope, params }) => {
        const [id, page] = [params.id, Number(params.page)]
        const { layout, picture } = await drawPage(scope, id, page, deps)
        const { png, width, height } = picture
        const data = Buffer.from(png).toString('base64')
        return { ...presentPage(layout, page), picture: { media_type: 'image/png', width, height, data } }
      },
    }),
    route({
      ...read,
      path: '/v1/files/{id}/pages/{page}/picture',
      records: ['file.viewed'],
      summary: 'A page’s picture alone',
      params: PageParams,
      responses: { 200: { bytes: 'image/png' } },
      handle: async ({ scope, params }) => {
        const { png } = (await drawPage(scope, params.id, Number(params.page), deps)).picture
        return new Answer(200, Buffer.from(png), {
          'content-type': 'image/png',
          'content-length': String(png.length),
          'content-security-policy': "default-src 'none'; sandbox",
        })
      },
    }),
  ]
}

function presentPage({ versionId, width, height, boxes }: PageLayout, page: number) {
  return {
    version_id: formatId('ver', versionId),
    page,
    width,
    height,
    boxes: boxes.map(([, start, end, x, y, width, height]) => ({
      offsets: [start, end],
      x,
      y,
      width,
      height,
    })),
  }
}
