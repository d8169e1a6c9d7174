-- A message in the outbox knows its conversation, whose messages leave in
-- order.  NULL in what keeps no order (receipts) and, until the next claim, in
-- what a program of schema 1 that is still open has promised.

ALTER TABLE outbox ADD COLUMN conversation_id BIGINT;
UPDATE outbox SET conversation_id = (SELECT m.conversation_id FROM messages m
	WHERE m.tenant_id = outbox.tenant_id AND m.id = outbox.record_id)
	WHERE kind = 1;
CREATE INDEX outbox_talk ON outbox(conversation_id, id)
	WHERE state < 2 AND kind = 1;
