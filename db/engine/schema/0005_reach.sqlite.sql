-- Whom a ticket or a conversation is shown to, in one number that an index
-- can begin with: twice the team that it belongs to (its own, else that of
-- the operator who has it, else 0), and 1 more while no operator has it.

ALTER TABLE tickets ADD COLUMN reach BIGINT NOT NULL DEFAULT 1;
UPDATE tickets SET reach = 2 * COALESCE(team_id, (SELECT o.team_id
	FROM operators o WHERE o.tenant_id = tickets.tenant_id
	AND o.id = tickets.operator_id), 0)
	+ CASE WHEN operator_id IS NULL THEN 1 ELSE 0 END
	WHERE operator_id IS NOT NULL OR team_id IS NOT NULL;
ALTER TABLE conversations ADD COLUMN reach BIGINT NOT NULL DEFAULT 1;
UPDATE conversations SET reach = 2 * COALESCE(team_id, (SELECT o.team_id
	FROM operators o WHERE o.tenant_id = conversations.tenant_id
	AND o.id = conversations.operator_id), 0)
	+ CASE WHEN operator_id IS NULL THEN 1 ELSE 0 END
	WHERE operator_id IS NOT NULL OR team_id IS NOT NULL;

-- These serve the team's own lists too.
DROP INDEX tickets_team;
DROP INDEX conversations_team;
CREATE INDEX tickets_reach
	ON tickets(tenant_id, active, reach, updated_at, id);
CREATE INDEX tickets_reach_all
	ON tickets(tenant_id, alive, reach, updated_at, id);
CREATE INDEX tickets_reach_state
	ON tickets(tenant_id, alive, reach, state, updated_at, id);
CREATE INDEX tickets_own
	ON tickets(tenant_id, alive, operator_id, updated_at, id);
CREATE INDEX conversations_reach
	ON conversations(tenant_id, is_open, reach, last_message_us, id);
CREATE INDEX conversations_reach_unread
	ON conversations(tenant_id, is_open, reach, last_message_us, id)
	WHERE is_unread = 1;

-- What somebody did, newest first.
CREATE INDEX audit_actor ON audit(tenant_id, actor_kind, actor_id, seq);
