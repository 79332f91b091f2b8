-- How many calls in a row an endpoint did not take: those of one that took none of late wait apart from the others.

alter table webhook_endpoints add column failures int not null default 0 check (failures >= 0);
