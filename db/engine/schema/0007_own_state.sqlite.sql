-- An operator's own tickets of one status, however many others he has.

CREATE INDEX tickets_own_state
	ON tickets(tenant_id, alive, operator_id, state, updated_at, id);
