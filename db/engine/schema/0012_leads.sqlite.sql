-- Sales opportunities, as they come up in calls, conversations and tickets.

-- status: 0 qualified, 1 needs an expert, 2 closed.
-- next_us: what is to be done next is due, 9223372036854775807 for never.
CREATE TABLE leads (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	tenant_id BIGINT NOT NULL REFERENCES tenants(id),
	status INTEGER NOT NULL DEFAULT 0,
	problem_statement TEXT NOT NULL,
	contact_id BIGINT REFERENCES contacts(id),
	operator_id BIGINT REFERENCES operators(id),
	team_id BIGINT REFERENCES teams(id),
	call_id BIGINT REFERENCES calls(id),
	conversation_id BIGINT REFERENCES conversations(id),
	ticket_id BIGINT REFERENCES tickets(id),
	next_us BIGINT NOT NULL DEFAULT 9223372036854775807,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	deleted_at BIGINT,
	version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX leads_order ON leads(tenant_id, next_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX leads_open ON leads(tenant_id, next_us, id)
	WHERE status < 2 AND deleted_at IS NULL;
CREATE INDEX leads_status ON leads(tenant_id, status, next_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX leads_operator ON leads(operator_id, tenant_id, next_us, id)
	WHERE deleted_at IS NULL;
CREATE INDEX leads_changed ON leads(tenant_id, updated_at, id);
CREATE INDEX leads_over ON leads(tenant_id, updated_at, id)
	WHERE status = 2 AND deleted_at IS NULL;
CREATE INDEX leads_contact ON leads(contact_id, tenant_id, next_us, id)
	WHERE contact_id IS NOT NULL;
CREATE INDEX leads_call ON leads(call_id, tenant_id, next_us, id)
	WHERE call_id IS NOT NULL;
CREATE INDEX leads_conversation
	ON leads(conversation_id, tenant_id, next_us, id)
	WHERE conversation_id IS NOT NULL;
CREATE INDEX leads_ticket ON leads(ticket_id, tenant_id, next_us, id)
	WHERE ticket_id IS NOT NULL;
CREATE INDEX leads_deleted ON leads(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
