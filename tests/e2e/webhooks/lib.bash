# For the tests of webhooks: an endpoint that behaves as the path says and
# verifies what comes with a library that is not ours.  Sourced behind
# lib.bash; where there is no such library, the test is skipped.

root=$PWD
here=$root/tests/e2e/webhooks
modules=$root/build/webhooks

# The verifier, from the registry that npm knows; kept for the next run.
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo "skipped: $(basename "$0"): there is no node or npm here"
	exit 0
fi
install_verifier() {
	mkdir -p "$modules"
	(
		flock 9
		cmp -s "$here/package-lock.json" "$modules/installed" && exit 0
		cp "$here"/package*.json "$modules/"
		HOME=$(getent passwd "$(id -u)" | cut -d: -f6) npm ci \
		    --prefix "$modules" --ignore-scripts --no-audit --no-fund &&
		    cp "$here/package-lock.json" "$modules/installed"
	) 9>"$modules/lock" >"$TMP/npm.log" 2>&1
}
if ! install_verifier; then
	echo "skipped: $(basename "$0"): npm has no standardwebhooks: $(tail -1 \
	    "$TMP/npm.log")"
	exit 0
fi

# At http://127.0.0.1:$port/NAME/BEHAVIOUR; a line for each request in $heard.
start_endpoint() {
	export SECRETS=$TMP/secrets NODE_PATH=$modules/node_modules
	mkdir "$SECRETS"
	start endpoint node "$here/endpoint.js"
	heard=$TMP/endpoint.log
	port=$(sed -n 's/^listening //p' "$heard")
}
# Requests that a name got with these words in their line.
got() { # name, words
	grep "^{\"name\":\"$1\"" "$heard" | grep -c -- "${2-}"
}
has() { # name, how many at least, words
	[ "$(got "$1" "${3-}")" -ge "$2" ]
}
expect() { # what, name, how many, words
	if wait_for has "$2" "$3" "${4-}"; then
		ok "webhooks: $1"
	else
		no "webhooks: $1" "$(got "$2" "${4-}") of $3" \
		    "$(grep "\"$2\"" "$heard" | tail -3)" \
		    "$(tail -3 "$TMP/syncd.log.err")"
	fi
}
