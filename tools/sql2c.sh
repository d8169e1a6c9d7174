#!/bin/sh
# Print a C file with the given SQL files as string constants, in order:
# const struct schema_file schema_files[] = { {"0001_first.sqlite", "..."}, };
set -eu
echo '#include "db/engine/schema.h"'
echo 'const struct schema_file schema_files[] = {'
for f in "$@"; do
	printf '{"%s",\n' "$(basename "$f" .sql)"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' "$f"
	echo '},'
done
echo '{0, 0}};'
