#!/usr/bin/env bash
# Real players and a real origin, each in a network namespace of its own with a line of its own, held against the simulator.
# Usage: tests/lab/run.sh SCENARIO [--peers N] [--seconds S] [--warm-up S] [--latency S] [--seed N] [--no-p2p] [--runs N] [--output FOLDER] [--no-build]
#        tests/lab/run.sh clean      removes what a run that was killed has left behind
# SCENARIO is S1, S2, S6 or NAT; see tests/lab/README.md. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_TieredPGO=0

# shellcheck source=tests/lab/net.sh
source tests/lab/net.sh

fail() { printf 'lab: %s\n' "$@" >&2; exit 1; }
say() { printf 'lab: %s\n' "$@" >&2; }

player=player/bin/lab

# The channel has been on the air for so long before anybody comes, as in the simulator.
head_seconds=20

now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }

# sleep_until UNIX_MS
sleep_until() {
  local rest=$(($1 - $(now_ms)))
  if [ "$rest" -gt 0 ]; then sleep "$((rest / 1000)).$(printf '%03d' $((rest % 1000)))"; fi
}

seconds_of() { echo "$(($1 / 1000)).$(printf '%03d' $(($1 % 1000)))"; }

in_origin() { ip netns exec pclab-origin "$@"; }

stats() { in_origin curl --silent --fail --max-time 2 "http://$lab_origin:8080/api/channels/demo/stats"; }

# Jiffies that the machine was busy, and altogether.
cpu() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' /proc/stat; }

build() {
  say "building"
  local options=(-c Release -v quiet -nologo -clp:NoSummary)
  dotnet build origin/Host "${options[@]}" >&2
  dotnet build tests/Peercast.Simulation "${options[@]}" >&2
  # Compiled ahead of time: a process for each viewer would have the processors do little else than compile the same.
  dotnet publish player "${options[@]}" --use-current-runtime --self-contained false -p:PublishReadyToRun=true --output "$player" >&2
}

start_origin() {
  local folder=$1 latency=$2
  lab_namespace origin
  lab_attach origin "$lab_origin" 0 0
  in_origin dotnet origin/Host/bin/Release/net10.0/peercast-origin.dll --Peercast:Listen=0.0.0.0 --Peercast:RtmpPort=0 \
    --Peercast:DataFolder="$folder/origin" --Peercast:TargetLatencyMs="$latency" \
    --Peercast:Channels:demo:File="$PWD/media-samples/h264-aac-720p.mp4" >"$folder/origin.log" 2>&1 9>&- &
  local i
  for ((i = 0; i < 300; i++)); do
    if [[ "$(stats || true)" == *'"state":"live"'* ]]; then return; fi
    sleep 0.1
  done
  tail -n 5 "$folder/origin.log" >&2
  fail "the origin has no live channel after 30 s; its last lines are above."
}

watch_origin() {
  local now
  while true; do
    now=$(now_ms)
    printf '{"unixMs":%s,"stats":%s}\n' "$now" "$(stats)"
    sleep_until $((now + 1000))
  done
}

# run_once FOLDER: the viewers of FOLDER/population.txt; their samples, and the origin's counters, into FOLDER.
run_once() {
  local folder=$1 word rest number upload up down translation joins leaves
  local -A value=()
  local -a viewers=() pids=() control=()
  while read -r word rest; do
    if [ "$word" = viewer ]; then viewers+=("$rest"); elif [[ $word != '#'* ]]; then value[$word]=$rest; fi
  done <"$folder/population.txt"
  if [ "${value[policy]}" = no-p2p ]; then control=(--no-p2p); fi

  say "building the network of ${#viewers[@]} viewers"
  lab_clean
  lab_net
  start_origin "$folder" "${value[latency]}"
  local on_air
  on_air=$(now_ms)
  for viewer in "${viewers[@]}"; do
    read -r number upload up down translation joins leaves <<<"$viewer"
    lab_viewer "$number" "$up" "$down" "$translation"
  done

  sleep_until $((on_air + head_seconds * 1000))
  local started busy_before all_before busy all
  started=$(now_ms)
  read -r busy_before all_before < <(cpu)
  echo "$started" >"$folder/started.txt"
  watch_origin >"$folder/origin.jsonl" 2>/dev/null 9>&- &
  local watcher=$!
  for viewer in "${viewers[@]}"; do
    read -r number upload up down translation joins leaves <<<"$viewer"
    # Who stays does so a little longer than figures count.
    if [ "$leaves" = - ]; then leaves=$((value[length] + 3000)); fi
    sleep_until $((started + joins))
    ip netns exec "pclab-viewer-$number" dotnet "$player/peercast.dll" bench "http://$lab_origin:8080/watch/demo" \
      --peers 1 --join-spacing 0 --seconds "$(seconds_of $((leaves - joins)))" --uplink "$upload" "${control[@]}" \
      --samples "$folder/viewer-$number.jsonl" --json "$folder/viewer-$number.json" >"$folder/viewer-$number.log" 2>&1 9>&- &
    pids+=("$!")
    say "$(seconds_of "$joins") s: viewer $number joins (up $((up / 1000)) kb/s, $translation)"
  done

  local failed=0 i
  for i in "${!pids[@]}"; do
    if ! wait "${pids[$i]}"; then
      read -r number _ <<<"${viewers[$i]}"
      say "viewer $number failed: $(tail -n 1 "$folder/viewer-$number.log")"
      failed=1
    fi
  done
  tc -s -n pclab-net qdisc show >"$folder/lines-down.txt"
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  read -r busy all < <(cpu)
  say "the machine was busy $(((busy - busy_before) * 100 / (all - all_before)))% of the time; above 80% the figures are those of its processors"
  lab_clean
  [ "$failed" -eq 0 ] || fail "a run without all of its viewers measures nothing."
}

[ $# -gt 0 ] || fail "say which scenario: S1, S2, S6 or NAT (or clean)"
if [ "$1" = --help ]; then
  sed -n '2,/^set /s/^# //p' tests/lab/run.sh
  exit 0
fi
[ "$(id -u)" -eq 0 ] || fail "only root can make network namespaces: sudo bash tests/lab/run.sh $*"
bash tests/setup.sh lab

# One lab at a time: a second would take down the first.
exec 9>"${TMPDIR:-/tmp}/peercast-lab.lock"
flock -n 9 || fail "another run is under way."
if [ "$1" = clean ]; then
  lab_clean
  exit 0
fi

runs=1 output='' built='' draw=("$1")
shift
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=${2:?--runs takes a number}; shift 2 ;;
    --no-build) built=yes; shift ;;
    --output) output=${2:?--output takes a folder}; shift 2 ;;
    *) draw+=("$1"); shift ;;
  esac
done

if [ -z "$built" ]; then build; fi
simulation=(dotnet tests/Peercast.Simulation/bin/Release/net10.0/peercast-simulation.dll)
temporary=''
if [ -z "$output" ]; then temporary=$(mktemp -d); output=$temporary; fi
trap 'lab_clean; if [ -n "$temporary" ]; then rm -rf "$temporary"; fi' EXIT
trap 'exit 130' INT TERM

folders=()
for ((run = 1; run <= runs; run++)); do
  folder=$output/run-$run
  mkdir -p "$folder"
  "${simulation[@]}" lab draw "${draw[@]}" >"$folder/population.txt"
  run_once "$(realpath "$folder")"
  folders+=("$folder")
done
say "simulating the same viewers"
"${simulation[@]}" lab report "${folders[@]}"
