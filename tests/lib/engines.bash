# Which engine a test runs on: both, unless a line of its first comment says
# "SQLite only: REASON." or "PostgreSQL only: REASON.".  Sourced by what runs
# tests; OPDESK_TEST_ENGINE=postgres is the other engine.

# Why the test of this source does not run on the engine of this run; nothing
# when it does.
engine_refused() { # source
	local here=SQLite other=PostgreSQL
	if [ "${OPDESK_TEST_ENGINE-}" = postgres ]; then
		here=PostgreSQL other=SQLite
	fi
	sed -nE "s/^( \*|#) ($other only: .*)/\2/p; 40q" "$1" | head -n 1
}
