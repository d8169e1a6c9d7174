#!/bin/sh
# Print a C file with each given file as a string constant: mobile.css becomes
# const char mobile_css[].
set -eu
echo '#include "syncd/mobile/mobile.h"'
for f in "$@"; do
	printf 'const char %s[] =\n' "$(basename "$f" | tr .- __)"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' "$f"
	echo ';'
done
