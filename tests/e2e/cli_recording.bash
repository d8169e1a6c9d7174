# shellcheck shell=bash disable=SC2154
# Recordings by the command line: part of cli.sh, whose functions it takes.
# The tone needs no sound card.

verb - array recording devices
is 5 --operator marta recording record --device tone --seconds 1
verb marta object recording record --device tone --seconds 2 --consent yes \
    --contact-name "$(printf 'Ana \033[31mPérez')" --phone +34600111222
recording=$(member name)
[ "$(member state)" = ready ] && [ "$(member format)" = flac ] &&
    ok "cli recording record: ready, as FLAC" ||
    no "cli recording record: ready, as FLAC" "$(cat "$OUT" "$ERR")"
verb marta array recording list --contact ana
[ "$(member 0 name)" = "$recording" ] && ! grep -q $'\033' "$OUT" &&
    ok "cli recording list: it is there" ||
    no "cli recording list: it is there" "$(cat "$OUT" "$ERR")"
verb marta object recording show "${recording:0:8}"
verb marta array recording marks "${recording:0:8}"
[ "$(member 0 text)" = yes ] && ok "cli recording marks: the consent" ||
    no "cli recording marks: the consent" "$(cat "$OUT" "$ERR")"
verb marta object recording stats
is 3 --operator marta recording show 00000000

# A console that is killed: its recorder closes the file, the next look keeps it.
"$OPDESK" --config "$conf" --operator marta recording record \
    --device tone --consent announced --channels 2 >"$TMP/killed" 2>&1 &
killed=$!
wait_for grep -q tone "$TMP/killed"
kill -9 $killed
wait $killed 2>/dev/null || true
# While the recorder still closes it, there is nothing to repair.
is_repaired() {
	op --operator marta --json recording repair && [ "$(member recovered)" = 1 ]
}
wait_for is_repaired
echo "recording repair" >>"$TMP/seen"
[ "$(member recovered)" = 1 ] && ok "cli recording repair: what was killed" ||
    no "cli recording repair: what was killed" "$(cat "$OUT" "$ERR")"
verb irene array recording verify
is 4 --operator marta recording export "${recording:0:8}" "$TMP/out.flac" --reason x
op --operator irene --yes recording export "${recording:0:8}" "$TMP/out.flac"
[ $RC != 0 ] && ! [ -e "$TMP/out.flac" ] && ok "cli recording export: not without a reason" ||
    no "cli recording export: not without a reason" "exit $RC"
waits recording delete "${recording:0:8}" --reason "Lo pidió"
op --operator ramiro --yes approval approve "$proposal"
is 3 --operator irene recording show "${recording:0:8}"
verb irene array recording list --deleted
[ "$(member 0 name)" = "$recording" ] && ok "cli recording list --deleted: in the trash" ||
    no "cli recording list --deleted: in the trash" "$(cat "$OUT" "$ERR")"
op --operator irene --yes --json recording restore "${recording:0:8}"
[ $RC = 0 ] && [ "$(member name)" = "$recording" ] &&
    ok "cli recording restore: out of the trash" ||
    no "cli recording restore: out of the trash" "$(cat "$OUT" "$ERR")"
echo "recording restore" >>"$TMP/seen"
verb irene array recording due
verb irene array recording verify
echo "recording play" >>"$TMP/seen"
echo "recording export" >>"$TMP/seen"

# What recording stands on; beside a test there may be sound or not.
printf '\n[recorder]\nwatch = %s\n' "$TMP/exchange" >"$TMP/watch.conf"
chmod 600 "$TMP/watch.conf"
cat "$conf" >>"$TMP/watch.conf"
run "$OPDESK" --config "$TMP/watch.conf" doctor --quick
grep -q '^sound ' "$OUT" && grep -q '^watched  *warning' "$OUT" &&
    ok "cli doctor: sound, and a directory that is not there" ||
    no "cli doctor: sound, and a directory that is not there" "$(cat "$OUT" "$ERR")"
mkdir -p "$TMP/exchange/refused"
echo "no sound" >"$TMP/exchange/refused/a.wav.txt"
run "$OPDESK" --config "$TMP/watch.conf" doctor --quick
grep -q 'refused: 1' "$OUT" && ok "cli doctor: what was refused" ||
    no "cli doctor: what was refused" "$(cat "$OUT" "$ERR")"

# A device is found as the recorder finds it: by number, and in any case.
mkdir "$TMP/beside"
cp "$OPDESK" "$TMP/beside/opdesk"
printf '#!/bin/sh\necho %s\n' "'[{\"index\":4,\"name\":\"USB Headset\"}]'" \
    >"$TMP/beside/opdesk-recorder"
chmod 700 "$TMP/beside/opdesk-recorder"
doctor_of() { # device
	(umask 077; { cat "$conf"; printf '[recorder]\ndevice = %s\n' "$1"; } >"$TMP/device.conf")
	run "$TMP/beside/opdesk" --config "$TMP/device.conf" doctor --quick
	grep -q '^sound  *ok ' "$OUT"
}
{ doctor_of 4 && doctor_of "usb head" && ! doctor_of 5 && ! doctor_of "usb handset"; } &&
    ok "cli doctor: a device by number and name" ||
    no "cli doctor: a device by number and name" "$(cat "$OUT" "$ERR")"
# A part of several names is none of them; the whole of one is that one.
printf '#!/bin/sh\necho %s\n' \
    "'[{\"index\":4,\"name\":\"USB Headset 2\"},{\"index\":7,\"name\":\"USB Headset\"}]'" \
    >"$TMP/beside/opdesk-recorder"
{ doctor_of 7 && doctor_of "USB Headset" && ! doctor_of "usb head" &&
    grep -q '^sound .*: 4 (USB Headset 2), 7 (USB Headset)$' "$OUT"; } &&
    ok "cli doctor: a device that is several" ||
    no "cli doctor: a device that is several" "$(cat "$OUT" "$ERR")"
