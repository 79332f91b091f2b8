-- What a document needs to be read, how far it is, and where its text stands on the page.

alter table versions
  -- Sealed, like the text. Kept, because the file is read again and its pages are drawn later.
  add column password bytea,
  add column layout bytea;

-- While a long document is read: pages that are done, and of how many.
alter table files
  add column pages_done int,
  add column pages_total int;

-- How files of the space are cut into chunks, null for what is left to the server; see docs/guides/formats.md.
alter table spaces
  add column chunk_by text check (chunk_by in ('structure', 'size')),
  add column chunk_chars int check (chunk_chars between 200 and 4000),
  add column chunk_overlap int check (chunk_overlap between 0 and 1000);
