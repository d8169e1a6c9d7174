-- Logging in: an operator's code generator, and who tried too often: by the
-- login that was given (kind 0, whether there is such an operator or not) and
-- by the place that the tries came from (kind 1).

ALTER TABLE operators ADD COLUMN totp_sealed TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE operators ADD COLUMN totp_used BIGINT NOT NULL DEFAULT 0;

CREATE TABLE login_tries (
	tenant_id BIGINT NOT NULL,
	kind INTEGER NOT NULL,
	name TEXT COLLATE "C" NOT NULL,
	tries INTEGER NOT NULL,
	last_us BIGINT NOT NULL,
	PRIMARY KEY (tenant_id, kind, name)
);
