-- Names of language models: a space's choice, else its tenant's, else the server's. 'none' for none at all, null for no choice.
alter table tenants add column model text check (length(model) between 1 and 64);
alter table spaces add column model text check (length(model) between 1 and 64);
