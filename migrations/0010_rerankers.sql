-- Names of rerankers: a space's choice, else its tenant's, else the server's. 'none' for none at all, null for no choice.
alter table tenants add column reranker text check (length(reranker) between 1 and 64);
alter table spaces add column reranker text check (length(reranker) between 1 and 64);
