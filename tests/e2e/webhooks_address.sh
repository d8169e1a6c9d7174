#!/bin/bash
# A webhook whose address is in our own network: of a tenant that is not a
# rehearsal, by number, by name, by a name that is public when it is looked at
# first and this machine afterwards.  None is connected to: each attempt says
# that it was not allowed to.
. tests/e2e/lib.bash

shim=${OPDESK%/*}/tests/shim/resolver.so
make -s BUILD="${OPDESK%/*}" "$shim" >&2 || exit 1
make_desk
port=9
op --yes tenant new real --name Real --login jefa
[ $RC = 0 ] || no "tenant new" "$(cat "$ERR")"
boss() {
	op --tenant real --operator jefa --yes --json "$@"
}
ASAN_OPTIONS=${ASAN_OPTIONS-}${ASAN_OPTIONS:+:}verify_asan_link_order=0 \
    LD_PRELOAD=$shim start syncd "$SYNCD" --config "$conf"
# By us.  The first look at rebind.example was public, and what was found is
# known for that port for a while; for the other one it is looked up anew.
refused() {
	[ "$1" = "https://rebind.example:$port/" ] ||
	    grep -q "$guarded" "$OUT"
}
guarded='may go to\|no puede ir a'
n=0
while read -r url; do
	name=hook$((++n))
	boss webhook new $name --url "$url"
	[ $RC = 0 ] || no "webhook new $url" "$(cat "$ERR")"
	boss webhook test $name
	tried() {
		boss webhook attempts $name
		[ "$(cat "$OUT")" != "[]" ]
	}
	if wait_for tried && refused "$url"; then
		ok "address: $url is not called"
	else
		no "address: $url" "$(cat "$OUT" "$ERR")"
	fi
done <<-END
	https://127.0.0.1:$port/
	https://localhost:$port/
	https://[::1]:$port/
	https://[::ffff:127.0.0.1]:$port/
	https://2130706433:$port/
	https://0.0.0.0:$port/
	https://169.254.169.254/latest
	https://10.0.0.1/
	https://both.example:$port/
	https://rebind.example:$port/
	https://rebind.example:1$port/
END
exit $status
