#!/usr/bin/env bash
# A full life of moodstat as mosquitto_sub hears it: start, moods, a camera switched off and on, a broker killed and back,
# a stop, a start, a kill -9. Prints what docs/mqtt.md shows. Needs mosquitto and its clients; `npm run build` first.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin
work=$(mktemp -d)
port=${1:-18835}
heard=$work/heard
said() { printf '# %s\n' "$*" >>"$heard"; }

broker() {
  mosquitto -c "$work/mosquitto.conf" >/dev/null 2>&1 &
  broker=$!
}
daemon() {
  # Under a name of its own, so that a kill -9 is not the shell's to tell.
  STATE_DIRECTORY=$work node dist/main.js run --config "$work/moodstat.yaml" >"$work/log" 2>&1 &
  daemon=$!
}
end() {
  disown -a
  kill -9 "$daemon" "$broker" "$listener" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

# hears PATTERN: waits until a line that fits was heard since the last `said`
hears() {
  for _ in $(seq 300); do
    sed -n '/^# /h; /^# /!H; ${x;p}' "$heard" | tac | sed '/^# /q' | grep -Eq "$1" && return
    sleep 0.1
  done
  printf 'never heard: %s\n' "$1" >&2
  exit 1
}

printf 'listener %s 127.0.0.1\nallow_anonymous true\nuser %s\n' "$port" "$(id -un)" >"$work/mosquitto.conf"
printf 'version: 1\nmqtt: { url: "mqtt://127.0.0.1:%s" }\ncameras: { living: { source: demo } }\n' "$port" >"$work/moodstat.yaml"
broker
: >"$heard"
until mosquitto_pub -p "$port" -t ready -n 2>/dev/null; do sleep 0.1; done
# Lines are cut where they get long; faces and health would only fill the page.
mosquitto_sub -p "$port" -q 1 -t 'home/emotion/#' -F '%t %p' > >(
  stdbuf -oL grep -Ev '/face/|bridge/(health|info)' | stdbuf -oL cut -c1-110 >>"$heard"
) &
listener=$!

said 'the daemon starts'; daemon
hears '^home/emotion/living .*"mood":"happy"'
said 'mosquitto_pub -t home/emotion/living/enabled/set -m OFF'
mosquitto_pub -p "$port" -q 1 -t home/emotion/living/enabled/set -m OFF
hears '^home/emotion/living/availability .*offline'
said 'mosquitto_pub -t home/emotion/living/enabled/set -m ON'
mosquitto_pub -p "$port" -q 1 -t home/emotion/living/enabled/set -m ON
hears '^home/emotion/living .*"mood":'
said 'the broker is killed, and starts again with nothing in its memory'
kill -9 "$broker"; wait "$broker" 2>/dev/null || true; broker
hears '^home/emotion/bridge/state .*online'
said 'the daemon is stopped (SIGTERM)'
kill "$daemon"; wait "$daemon"
hears '^home/emotion/bridge/state .*offline'
said 'it starts again'; daemon
hears '^home/emotion/bridge/state .*online'
hears '^home/emotion/living .*"mood":"[a-z]+"'
said 'kill -9: the broker publishes the last will'
kill -9 "$daemon"; wait "$daemon" 2>/dev/null || true
hears '^home/emotion/bridge/state .*offline'
grep -v '^ready' "$heard"
