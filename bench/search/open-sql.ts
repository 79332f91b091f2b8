import { createDataDirectory } from '../server/data-directory.ts'
import { startEmbedded } from '#platform/db/embedded/embedded.ts'
import { Client } from 'pg'
import type { Chunks, Contender } from './contender.ts'

const tenant = '00000000-0000-4000-8000-000000000001'
const rowsAtOnce = 500

const schema = `
  create table chunks (id int primary key, tenant_id uuid not null, body text not null, words tsvector
    generated always as (to_tsvector('simple', body)) stored);
  alter table chunks enable row level security;
  create policy own on chunks using (tenant_id = current_setting('app.tenant_id')::uuid);
  create role reader;
  grant select on chunks to reader;`

/** Any of the words: what a ranking needs, where `plainto_tsquery` asks for all of them. */
const ranked = `select id from chunks, to_tsquery('simple', $1) as asked
  where words @@ asked order by ts_rank(words, asked) desc, id limit 10`

/** PostgreSQL's own words, by an index, under row security, in the embedded database. */
export function openSqlIndex(chunks: Chunks): Promise<Contender> {
  return openSql(chunks, 'create index on chunks using gin (words)')
}

/** The same rows without an index. */
export function openSqlScan(chunks: Chunks): Promise<Contender> {
  return openSql(chunks, '')
}

async function openSql({ texts }: Chunks, index: string): Promise<Contender> {
  const embedded = await startEmbedded({ dataDir: createDataDirectory() })
  const client = new Client({ stream: () => embedded.stream() })
  await client.connect()
  await client.query(schema)
  for (let from = 0; from < texts.length; from += rowsAtOnce) {
    await client.query(
      `insert into chunks (id, tenant_id, body)
        select $2 + place - 1, $3, body from unnest($1::text[]) with ordinality as given (body, place)`,
      [texts.slice(from, from + rowsAtOnce), from, tenant],
    )
  }
  await client.query(`${index}; analyze chunks; set role reader; set app.tenant_id = '${tenant}'`)
  return {
    scores: 'words',
    async search({ text }) {
      const { rows } = await client.query<{ id: number }>(ranked, [text.split(' ').join(' | ')])
      return rows.map(({ id }) => id)
    },
    async close() {
      await client.end()
      await embedded.close()
    },
  }
}
