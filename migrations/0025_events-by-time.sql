-- A digest, and a feed since a time, read what lies in between and nothing else of a long trail.

create index events_by_time on events (tenant_id, created_at);
