#!/bin/bash
# Copy what was built to its places.  Called by "make install" with BUILD,
# PREFIX, DESTDIR and UNITDIR.
set -eu
to=${DESTDIR-}$PREFIX
share=$to/share

put() { # mode, file, destination
	install -D -m "$1" "$2" "$3"
}

put 755 "$BUILD/opdesk" "$to/bin/opdesk"
put 755 "$BUILD/opdesk-syncd" "$to/bin/opdesk-syncd"
put 755 "$BUILD/opdesk-recorder" "$to/bin/opdesk-recorder"
for page in "$BUILD"/man/*.[1-8]; do
	put 644 "$page" "$share/man/man${page##*.}/$(basename "$page")"
done
for page in "$BUILD"/man/es/*.[1-8]; do
	put 644 "$page" "$share/man/es/man${page##*.}/$(basename "$page")"
done
for kind in guides objections prompts; do
	[ ! -e "$BUILD/share/opdesk/$kind.model" ] ||
		put 644 "$BUILD/share/opdesk/$kind.model" "$share/opdesk/$kind.model"
	for file in "$BUILD/share/opdesk/$kind"/*.json; do
		[ ! -e "$file" ] ||
			put 644 "$file" "$share/opdesk/$kind/$(basename "$file")"
	done
done
put 644 "$BUILD/completions/bash" "$share/bash-completion/completions/opdesk"
put 644 "$BUILD/completions/zsh" "$share/zsh/site-functions/_opdesk"
put 644 "$BUILD/completions/fish" "$share/fish/vendor_completions.d/opdesk.fish"
put 644 "$BUILD/opdesk.conf.example" "$share/doc/opdesk/opdesk.conf.example"
[ ! -e README.md ] || put 644 README.md "$share/doc/opdesk/README.md"
put 644 LICENSE "$share/doc/opdesk/LICENSE"
put 644 packaging/opdesk.sysusers "$to/lib/sysusers.d/opdesk.conf"
for name in opdesk-syncd.service opdesk-backup.service opdesk-backup.timer; do
	unit=${DESTDIR-}$UNITDIR/$name
	put 644 "packaging/$name" "$unit"
	sed -i "s|@PREFIX@|$PREFIX|" "$unit"
done
