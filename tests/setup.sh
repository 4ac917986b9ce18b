#!/usr/bin/env bash
# Installs what is missing on this machine. Usage: tests/setup.sh GROUP...
#   sdk      checks that there is a .NET SDK to build with; the others install packages by apt:
#   origin   what the origin needs to run (the Dockerfile uses this list, too)
#   player   what the player needs to show a channel in a window
#   lab      what tests/lab/run.sh needs beside the sdk and the origin, which this group includes
#   tests    what the tests need beside the sdk, the origin and the player, which this group includes
# Does nothing, and asks for no rights, when nothing is missing.
set -euo pipefail

# group, how to tell that it is there, Debian package (or the first of several names that apt knows), what it is for.
# command:NAME is a program on the PATH; library:FILE is one the loader finds; file:GLOB is any file.
needs=(
  "origin  command:ffmpeg                                             ffmpeg                    ffmpeg (reads and repackages every source)"
  "origin  library:libssl.so.3                                        libssl3                   OpenSSL 3 (channel keys)"
  "player  library:libssl.so.3                                        libssl3                   OpenSSL 3 (connections between viewers)"
  "player  library:libvlc.so.5                                        libvlc5                   libvlc 3 (decodes and shows)"
  "player  file:/usr/lib/*/vlc/plugins/codec/libavcodec_plugin.so     vlc-plugin-base           the decoders of libvlc"
  "player  file:/usr/lib/*/vlc/plugins/video_output/libxcb_x11_plugin.so  vlc-plugin-video-output  the video outputs of libvlc"
  "player  library:libSDL2-2.0.so.0                                   libsdl2-2.0-0             SDL 2 (the window)"
  "player  file:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf       fonts-dejavu-core         a font for text over the picture"
  "lab     command:ip                                                 iproute2                  ip (network namespaces)"
  "lab     command:tc                                                 iproute2                  tc (lines of a given rate)"
  "lab     command:nft                                                nftables                  nft (address translation)"
  "lab     command:curl                                               curl                      curl (the origin's counters)"
  "tests   command:chromium,chromium-browser,google-chrome            chromium,chromium-browser Chromium (the tests against a browser)"
  "tests   command:firefox-esr,firefox                                firefox-esr,firefox       Firefox (the tests against a browser)"
  "tests   command:openssl                                            openssl                   openssl (the tests of DTLS against another program)"
  "tests   command:Xvfb                                               xvfb                      a screen in memory for the window's tests"
  "tests   command:xauth                                              xauth                     access to that screen"
  "tests   command:xdotool                                            xdotool                   keys for the window's tests"
  "tests   command:import                                             imagemagick               screenshots for the window's tests"
)

fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# is_there PROBE: the last word of each comparison decides, so none of them may end the script.
is_there() {
  local kind=${1%%:*} what=${1#*:} name
  case $kind in
    command)
      for name in ${what//,/ }; do if command -v "$name" >/dev/null 2>&1; then return 0; fi; done ;;
    library)
      for name in /usr/lib/"$what" /usr/lib/*/"$what" /usr/lib64/"$what" /lib/*/"$what" /usr/local/lib/"$what"; do
        if [ -e "$name" ]; then return 0; fi
      done
      if command -v ldconfig >/dev/null 2>&1 && [[ "$(ldconfig -p)" == *"$what"* ]]; then return 0; fi ;;
    file)
      for name in $what; do if [ -e "$name" ]; then return 0; fi; done ;;
  esac
  return 1
}

check_sdk() {
  local where="Get one at https://dotnet.microsoft.com/download/dotnet/10.0"
  command -v dotnet >/dev/null 2>&1 || fail "the .NET SDK 10 is needed and there is no dotnet command." "$where"
  [[ $'\n'"$(dotnet --list-sdks)" == *$'\n'10.* ]] || fail "the .NET SDK 10 is needed; 'dotnet --list-sdks' shows only:" "$(dotnet --list-sdks | tr '\n' ' ')" "$where"
}

# known_name NAMES: the first of the comma-separated package names that apt can install.
known_name() {
  local name
  for name in ${1//,/ }; do
    if apt-get --simulate install "$name" >/dev/null 2>&1; then echo "$name"; return; fi
  done
  echo "${1%%,*}"
}

[ $# -gt 0 ] || fail "say what for: sdk, origin, player, lab, tests"
groups=" "
for group in "$@"; do
  case $group in
    sdk|origin|player) groups+="$group " ;;
    lab) groups+="sdk origin lab " ;;
    tests) groups+="sdk origin player tests " ;;
    *) fail "'$group' is none of sdk, origin, player, lab, tests" ;;
  esac
done

if [[ $groups == *" sdk "* ]]; then check_sdk; fi

missing=() reasons=()
for need in "${needs[@]}"; do
  read -r group probe package reason <<<"$need"
  [[ $groups == *" $group "* ]] || continue
  if ! is_there "$probe" && [[ " ${missing[*]-} " != *" $package "* ]]; then
    missing+=("$package")
    reasons+=("  ${package%%,*}: $reason")
  fi
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ -n "${PEERCAST_SKIP_SETUP-}" ]; then
  printf 'setup: not found, and not installed because PEERCAST_SKIP_SETUP is set:\n' >&2
  printf '%s\n' "${reasons[@]}" >&2
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  fail "this system has no apt-get. Please install these (the names are Debian's):" "${reasons[@]}" \
    "then run the command again; PEERCAST_SKIP_SETUP=1 in the environment passes over this check."
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || fail "these packages are missing, and only root can install them (there is no sudo):" "${reasons[@]}" \
    "Please run as root:  apt-get update && apt-get install -y --no-install-recommends ${missing[*]%%,*}"
  sudo -n true 2>/dev/null || [ -t 0 ] || fail "these packages are missing, and sudo asks for a password where nobody can type one:" "${reasons[@]}" \
    "Please run:  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]%%,*}"
  as_root=(sudo)
fi

printf 'setup: installing\n'
printf '%s\n' "${reasons[@]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
"${apt[@]}" update || fail "apt-get update failed; see the lines above. Is this machine online?"
packages=()
for package in "${missing[@]}"; do packages+=("$(known_name "$package")"); done
"${apt[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null || fail "apt-get could not install: ${packages[*]}"

for need in "${needs[@]}"; do
  read -r group probe package reason <<<"$need"
  [[ $groups == *" $group "* ]] || continue
  is_there "$probe" || fail "still missing after the installation: $reason (package $package)"
done
