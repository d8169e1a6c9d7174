# Where tests keep what they make: in memory when there is room, since most of
# their time is a disk's otherwise, and none of them takes its power away.
# Sourced by what runs tests; a TMPDIR that is set already stays.

scratch_begin() { # sets TMPDIR and scratch, which scratch_end removes
	local room
	scratch=
	[ -z "${TMPDIR-}" ] || return 0
	room=$(df -P --block-size=1M /dev/shm 2>/dev/null |
		awk 'NR == 2 { print $4 }')
	if [ -w /dev/shm ] && [ "${room:-0}" -ge 4096 ]; then
		scratch=$(mktemp -d /dev/shm/opdesk-XXXXXX) || return 0
		chmod 0755 "$scratch" # a server's user looks into it
		export TMPDIR=$scratch
	fi
}

scratch_end() {
	[ -z "$scratch" ] || rm -rf "$scratch"
}
