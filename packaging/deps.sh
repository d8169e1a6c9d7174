#!/bin/sh
# Install what is missing of a list of Debian packages, or name it and stop.
# usage: packaging/deps.sh run|test|bench|fuzz|analyze
set -eu

run="gcc libc6-dev pkg-config gettext libsqlite3-dev libuv1-dev
libncurses-dev libcurl4-openssl-dev libssl-dev
libutf8proc-dev libsodium-dev libmicrohttpd-dev libpq-dev libgmime-3.0-dev
libexpat1-dev zlib1g-dev
libxlsxwriter-dev libjs-chart.js
portaudio19-dev libsndfile1-dev tzdata openssl"
test="$run libcmocka-dev libvterm-dev mandoc tmux clang clang-tidy
libclang-rt-14-dev lld binutils sqlite3 curl git postgresql unzip libxml2-utils
chromium pulseaudio pulseaudio-utils libasound2-plugins espeak-ng fusioninventory-agent"
bench="$test nginx-light wrk"
analyze="$test valgrind"

case ${1-run} in
run) want=$run ;;
test | fuzz) want=$test ;;
bench) want=$bench ;;
analyze) want=$analyze ;;
*) echo "usage: packaging/deps.sh run|test|bench|fuzz|analyze" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null 2>&1; then
	# Not Debian: a compiler and pkg-config can tell whether all is there.
	if pkg-config --exists libuv sqlite3 ncursesw libcurl libcrypto \
	    libsodium libutf8proc libmicrohttpd libpq gmime-3.0 \
	    expat zlib \
	    portaudio-2.0 sndfile 2>/dev/null; then
		exit 0
	fi
	echo "opdesk needs these (Debian's names):" $want >&2
	echo "Install them with your system's tool, then run this again." >&2
	exit 1
fi

missing=
for p in $want; do
	case $(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) in
	installed) ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

echo "Installing:$missing" >&2
if [ "$(id -u)" = 0 ]; then as=
elif command -v sudo >/dev/null 2>&1; then as=sudo
else
	echo "Ask an administrator to install:$missing" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$as apt-get install -y -qq $missing >/dev/null 2>&1 || {
	$as apt-get update -qq
	$as apt-get install -y -qq $missing >/dev/null
}
# Asked before, pkg-config did not know these (Makefile).
rm -f build/*/pkgs.mk
