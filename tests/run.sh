#!/usr/bin/env bash
# Builds everything and runs every test project; ends with one line "N passed, N failed".
# Usage: tests/run.sh [PART OF A PROJECT'S NAME...], for example: tests/run.sh WebRtc Protocol
set -euo pipefail
cd "$(dirname "$0")/.."

# Build servers outlive the build and hold its output open: whoever reads that through a pipe would wait for them.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

bash tests/setup.sh tests

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0

# The counts stand on the last line whatever happened before it.
finish() {
  if [ $((passed + failed)) -eq 0 ]; then failed=1; echo "Nothing ran."; fi
  echo "$passed passed, $failed failed"
  exit $((failed > 0))
}

# counter FILE NAME: a number from the <Counters .../> of a result file, 0 when it is not there.
counter() {
  local line
  line=$(grep -o '<Counters [^>]*>' "$1" | head -n 1) || true
  if [[ $line =~ [[:space:]]$2=\"([0-9]+)\" ]]; then echo "${BASH_REMATCH[1]}"; else echo 0; fi
}

wanted() {
  [ $# -gt 1 ] || return 0
  local project=$1 part
  shift
  for part in "$@"; do if [[ $project == *"$part"* ]]; then return 0; fi; done
  return 1
}

echo "Building"
if ! timeout 900 dotnet build Peercast.sln -c Release -v quiet -nologo -clp:NoSummary; then
  echo "The build failed; the tests were not run."
  failed=1
  finish
fi

for project in tests/*.Tests/*.csproj; do
  wanted "$project" "$@" || continue
  grep -rqE --include='*.cs' '^ *\[[A-Za-z]*(Fact|Theory)' "$(dirname "$project")" || continue
  name=$(basename "$project" .csproj)
  echo
  echo "== $name"
  status=0
  # A test that hangs is ended after five minutes and named; a host that does not even notice that, after fifteen.
  timeout --kill-after=10 900 dotnet test "$project" -c Release --no-build -nologo -v quiet --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang --blame-hang-timeout 5m --blame-hang-dump-type none </dev/null || status=$?

  trx=$results/$name.trx
  project_passed=0 project_failed=0
  if [ -f "$trx" ]; then
    project_passed=$(counter "$trx" passed)
    project_failed=$(($(counter "$trx" failed) + $(counter "$trx" error) + $(counter "$trx" timeout) + $(counter "$trx" aborted)))
  fi
  if [ "$status" -ne 0 ] && [ "$project_failed" -eq 0 ]; then
    echo "$name ended with code $status and no failed test: counted as one failure."
    project_failed=1
  elif [ $((project_passed + project_failed)) -eq 0 ]; then
    echo "$name has tests and ran none: counted as one failure."
    project_failed=1
  fi
  passed=$((passed + project_passed))
  failed=$((failed + project_failed))
done

echo
finish
