-- Files that are brought from an address: a version without bytes, until they have come.

-- Sealed, like the text. While it is there the version's bytes are not, and its blob names nothing.
alter table versions add column url bytea;
