#!/bin/sh
# Print the template (.pot) of every marked string in the given C files,
# without anything that changes from run to run.
set -eu
[ $# -gt 0 ] || set -- /dev/null
xgettext --language=C --from-code=UTF-8 --no-wrap --add-location=file \
    --sort-by-file --add-comments=TRANSLATORS: \
    --keyword --keyword=_ --keyword=N_ --keyword=err_set:3 \
    --keyword=err_prefix:2 --keyword=NGETTEXT_:1,2 \
    --flag=err_set:3:c-format --flag=err_prefix:2:c-format \
    --flag=_:1:pass-c-format --flag=NGETTEXT_:1:pass-c-format \
    --flag=NGETTEXT_:2:pass-c-format \
    --package-name=opdesk --force-po --output=- "$@" |
    sed -e 's/charset=CHARSET/charset=UTF-8/' -e '/^"POT-Creation-Date:/d'
