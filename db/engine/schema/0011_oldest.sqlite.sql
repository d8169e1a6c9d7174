-- The open tickets in the order in which they came: a list "oldest first" of a
-- large desk is read from its beginning instead of being sorted whole.

CREATE INDEX tickets_oldest ON tickets(tenant_id, active, created_at, id);
