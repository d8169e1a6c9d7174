-- What the daily clearing needs: names of files whose rows are gone, where an
-- audit trail was cut, and ways to what is due.

CREATE TABLE file_removals (
	name TEXT COLLATE "C" PRIMARY KEY,
	tenant_id BIGINT NOT NULL
);

-- Rows up to seq were taken away; hash is that of the last of them, mac is
-- under the key that the checkpoints outside of the desk have.
CREATE TABLE audit_cuts (
	tenant_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	hash TEXT COLLATE "C" NOT NULL,
	at_us BIGINT NOT NULL,
	mac TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant_id, seq)
);

CREATE INDEX contacts_deleted ON contacts(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
CREATE INDEX contact_points_deleted
	ON contact_points(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
CREATE INDEX divisions_deleted ON divisions(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
CREATE INDEX companies_deleted ON companies(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
CREATE INDEX ticket_comments_deleted
	ON ticket_comments(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
CREATE INDEX conversation_notes_deleted
	ON conversation_notes(tenant_id, deleted_at, id)
	WHERE deleted_at IS NOT NULL;
CREATE INDEX tickets_conversation ON tickets(conversation_id, tenant_id)
	WHERE conversation_id IS NOT NULL;
CREATE INDEX tickets_company ON tickets(company_id, tenant_id)
	WHERE company_id IS NOT NULL;
CREATE INDEX message_statuses_lost ON message_statuses(tenant_id, id)
	WHERE message_id IS NULL;
CREATE INDEX idempotency_at ON idempotency(tenant_id, at_us);

-- A row that goes is looked for in the tables that refer to it, by its id
-- alone; so that comes first where this does not mislead another question.
DROP INDEX messages_thread;
CREATE INDEX messages_thread
	ON messages(conversation_id, tenant_id, at_us, id);
DROP INDEX conversation_notes_thread;
CREATE INDEX conversation_notes_thread
	ON conversation_notes(conversation_id, tenant_id, at_us, id);
DROP INDEX ticket_comments_ticket;
CREATE INDEX ticket_comments_ticket
	ON ticket_comments(ticket_id, tenant_id, at_us, id);
CREATE INDEX conversations_of_contact ON conversations(contact_id);
CREATE INDEX tickets_of_contact ON tickets(contact_id)
	WHERE contact_id IS NOT NULL;
DROP INDEX contact_points_contact;
CREATE INDEX contact_points_contact ON contact_points(contact_id, tenant_id);
DROP INDEX contacts_division;
CREATE INDEX contacts_division ON contacts(division_id, tenant_id, id);
DROP INDEX divisions_company;
CREATE INDEX divisions_company ON divisions(company_id, tenant_id, id);
