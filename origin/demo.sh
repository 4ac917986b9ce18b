#!/usr/bin/env bash
# Starts an origin with two channels: "demo" loops a clip of media-samples/, "live" waits for a publisher. Installs what is missing and builds first.
# Usage: origin/demo.sh [settings of the origin, for example --urls http://127.0.0.1:9080]
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

bash tests/setup.sh sdk origin
dotnet build origin/Host -c Release -v quiet -nologo -clp:NoSummary
exec dotnet run -c Release --no-build --project origin/Host -- \
  --Peercast:Channels:demo:File="$PWD/media-samples/h264-aac-720p.mp4" --Peercast:Channels:demo:Loop=true --Peercast:Channels:demo:Title="Demo" \
  --Peercast:Channels:live:Title="Live" "$@"
