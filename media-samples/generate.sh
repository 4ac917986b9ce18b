#!/usr/bin/env bash
# Makes the clips of this folder from ffmpeg's own sources, so that they belong to nobody but this repository.
# The results are committed; run this only to change them. Usage: media-samples/generate.sh [output folder]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

font=${PEERCAST_SAMPLE_FONT:-/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf}
[ -r "$font" ] || { echo "generate.sh: no font at $font: install fonts-dejavu-core or set PEERCAST_SAMPLE_FONT" >&2; exit 1; }

ff() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }

# Nothing that changes from run to run: no dates, no encoder versions, one order of threads.
repeatable=(-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact)

# picture SOURCE WIDTH HEIGHT SECONDS: a filter graph that burns in, at 30 frames per second,
#   - the frame number and the clock, large enough to be read from a screenshot;
#   - the frame number once more as a bar of 12 cells along the bottom, for programs: a white guard cell, ten bits
#     (white 1, black 0, most significant first), a white guard cell. Each cell is a twelfth of the width.
picture() {
  local source=$1 width=$2 height=$3 seconds=$4
  local size=$((height / 5)) cell=$((width / 12)) bar=$((height / 12)) bit
  local graph="$source=size=${width}x${height}:rate=30:duration=$seconds"
  graph+=",drawtext=fontfile=$font:text='%{n}':fontsize=$size:fontcolor=white:box=1:boxcolor=black:boxborderw=$((size / 8))"
  graph+=":x=(w-tw)/2:y=h*0.28"
  graph+=",drawtext=fontfile=$font:text='%{pts\\:hms}':fontsize=$((size / 2)):fontcolor=white:box=1:boxcolor=black:boxborderw=$((size / 8))"
  graph+=":x=(w-tw)/2:y=h*0.62"
  graph+=",drawbox=x=0:y=ih-$bar:w=iw:h=$bar:color=black:t=fill"
  graph+=",drawbox=x=0:y=ih-$bar:w=$cell:h=$bar:color=white:t=fill,drawbox=x=$((cell * 11)):y=ih-$bar:w=$cell:h=$bar:color=white:t=fill"
  for bit in 9 8 7 6 5 4 3 2 1 0; do
    graph+=",drawbox=x=$((cell * (10 - bit))):y=ih-$bar:w=$cell:h=$bar:color=white:t=fill:enable='mod(floor(n/$((1 << bit))),2)'"
  done
  echo "$graph"
}

# tone SECONDS BITRATE FILE: AAC that loops: as many whole AAC frames as fit into the time, and no edit list. The encoder
# delays by one frame of 1,024 samples; taking that much from the start of the source puts every beep on its full second.
tone() {
  local seconds=$1 bitrate=$2 file=$3
  ff -f lavfi -i "sine=frequency=220:beep_factor=4:sample_rate=48000,atrim=start_sample=1024,asetpts=N/SR/TB,aformat=channel_layouts=stereo" \
    -frames:a $((seconds * 48000 / 1024)) -c:a aac -b:a "$bitrate" "${repeatable[@]}" -f adts "$file"
}

# with_tone VIDEO AUDIO OUTPUT: the index goes in front, so that a reader of a pipe can begin at once.
with_tone() { ff -i "$1" -i "$2" -map 0:v -map 1:a -c copy -movflags +faststart "${repeatable[@]}" "$3"; }

x264=(-c:v libx264 -preset slow -pix_fmt yuv420p -threads 2 -sc_threshold 0)

# The main clip: 20 s of 720p at 1.5 Mb/s in all, a keyframe a second, no B-frames.
ff -f lavfi -i "$(picture testsrc2 1280 720 20)" "${x264[@]}" -profile:v high -level 3.1 -bf 0 -g 30 -keyint_min 30 \
  -b:v 1400k -minrate 1400k -maxrate 1400k -bufsize 700k "${repeatable[@]}" "$work/720p.mp4"
tone 20 96k "$work/20s.aac"
with_tone "$work/720p.mp4" "$work/20s.aac" "$out/h264-aac-720p.mp4"

ff -f lavfi -i "$(picture testsrc2 320 180 8)" "${x264[@]}" -bf 0 -g 30 -keyint_min 30 -b:v 300k -maxrate 300k -bufsize 150k \
  -movflags +faststart "${repeatable[@]}" "$out/h264-noaudio.mp4"

tone 12 64k "$work/12s.aac"
ff -f lavfi -i "$(picture testsrc2 320 180 12)" "${x264[@]}" -bf 3 -b_strategy 0 -g 120 -keyint_min 120 -b:v 300k -maxrate 300k -bufsize 300k \
  "${repeatable[@]}" "$work/bframes.mp4"
with_tone "$work/bframes.mp4" "$work/12s.aac" "$out/h264-bframes-gop4s.mp4"

tone 6 64k "$work/6s.aac"
ff -f lavfi -i "$(picture smptehdbars 320 180 6)" -c:v libx265 -preset medium -pix_fmt yuv420p -tag:v hvc1 -b:v 200k \
  -x265-params "log-level=error:pools=1:frame-threads=1:keyint=60:min-keyint=60:scenecut=0:info=0" "${repeatable[@]}" "$work/hevc.mp4"
with_tone "$work/hevc.mp4" "$work/6s.aac" "$out/hevc.mp4"

ff -f lavfi -i "$(picture smptehdbars 320 180 8)" -f lavfi -i "sine=frequency=220:beep_factor=4:sample_rate=48000:duration=8" \
  -c:v libvpx-vp9 -threads 1 -row-mt 0 -deadline good -cpu-used 4 -g 60 -b:v 200k -pix_fmt yuv420p -c:a libopus -b:a 48k -ac 2 \
  "${repeatable[@]}" "$out/vp9-opus.webm"

# Even seconds keep all 30 frames, odd seconds every third one. The numbers are those before the choice.
ff -f lavfi -i "$(picture testsrc2 320 180 8),select='not(mod(floor(t),2))+not(mod(n,3))'" -fps_mode vfr "${x264[@]}" -bf 0 -g 30 \
  -force_key_frames "expr:gte(t,n_forced)" -b:v 300k "${repeatable[@]}" "$work/vfr.mp4"
tone 8 64k "$work/8s.aac"
with_tone "$work/vfr.mp4" "$work/8s.aac" "$out/vfr.mp4"

# Cut in the middle of the media: once with the index in front (the first part can be read), once with the index
# behind, that is, lost (nothing can be read).
with_tone "$work/bframes.mp4" "$work/12s.aac" "$work/front.mp4"
ff -i "$work/front.mp4" -c copy "${repeatable[@]}" "$work/behind.mp4"
head -c $(($(stat -c %s "$work/front.mp4") * 6 / 10)) "$work/front.mp4" > "$out/truncated.mp4"
head -c $(($(stat -c %s "$work/behind.mp4") * 6 / 10)) "$work/behind.mp4" > "$out/truncated-no-index.mp4"

printf 'This file is called .mp4 and is plain text. It holds no video.\n%.0s' {1..40} > "$out/not-video.mp4"
: > "$out/empty.mp4"

ls -l "$out"
