#!/usr/bin/env bash
# The lab's network, sourced by run.sh: namespaces, lines of a given rate, address translation. Everything lives in
# namespaces whose names begin with "pclab-" and is gone with them; nothing outside is touched.
set -euo pipefail

# Addresses for measurements of network devices (RFC 2544): routed nowhere.
lab_network=198.18.0.0/15
# shellcheck disable=SC2034 # used by run.sh
lab_origin=198.18.0.2

lab_namespaces() { ip netns list | awk '$1 ~ /^pclab-/ { print $1 }'; }

# lab_kill SIGNAL: to all that runs in the lab's namespaces.
lab_kill() {
  local name pids
  for name in $(lab_namespaces); do
    mapfile -t pids < <(ip netns pids "$name")
    if [ ${#pids[@]} -gt 0 ]; then kill -s "$1" "${pids[@]}" 2>/dev/null || true; fi
  done
}

lab_is_busy() {
  local name
  for name in $(lab_namespaces); do if [ -n "$(ip netns pids "$name")" ]; then return 0; fi; done
  return 1
}

# Ends what runs in the lab and removes it, whatever state it is in.
lab_clean() {
  local name i
  lab_kill TERM
  for ((i = 0; i < 50; i++)); do lab_is_busy || break; sleep 0.1; done
  lab_kill KILL
  for name in $(lab_namespaces); do ip netns delete "$name" || true; done
}

# lab_namespace NAME
lab_namespace() {
  ip netns add "pclab-$1"
  ip -n "pclab-$1" link set lo up
  # Nothing here speaks IPv6, and its announcements are traffic that nobody asked for.
  ip netns exec "pclab-$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 2>/dev/null || true'
}

# lab_limit NAMESPACE DEVICE RATE: what leaves by the device does so at RATE bits per second, 0: at any rate. It queues for
# a quarter of a second, as at a modest home router, and for 20 packets at least.
lab_limit() {
  local rate=$3 burst queue
  if [ "$rate" -eq 0 ]; then return; fi
  burst=$((rate / 8 / 250 > 4542 ? rate / 8 / 250 : 4542))
  queue=$((rate / 8 / 4 > 30280 ? rate / 8 / 4 : 30280))
  tc -n "pclab-$1" qdisc add dev "$2" root tbf rate "${rate}bit" burst "$burst" limit $((burst + queue))
}

# The middle of the network: a switch.
lab_net() {
  lab_namespace net
  ip -n pclab-net link add name br0 type bridge mcast_snooping 0
  ip -n pclab-net link set br0 up
}

# lab_attach NAMESPACE ADDRESS UP DOWN: a line from the namespace's device "wan" to the switch.
lab_attach() {
  ip -n pclab-net link add name "to-$1" gso_max_segs 1 type veth peer name wan gso_max_segs 1 netns "pclab-$1"
  ip -n pclab-net link set "to-$1" master br0 up
  ip -n "pclab-$1" address add "$2/${lab_network#*/}" dev wan
  ip -n "pclab-$1" link set wan up
  lab_limit "$1" wan "$3"
  lab_limit net "to-$1" "$4"
}

# lab_translate NAMESPACE TRANSLATION: of what the one machine behind this router sends and gets over UDP. Linux keeps the
# source port where it can, whatever the destination, and lets in replies alone; that is port restricted. Symmetric takes a
# port by chance for each destination; full cone hands on whatever comes. A packet that nobody waited for must leave no
# trace behind: else the port would count as taken when the machine inside sends to where it came from.
lab_translate() {
  local masquerade=masquerade let_in=''
  case $2 in
    symmetric) masquerade='masquerade random,fully-random' ;;
    full-cone) let_in='iifname "wan" meta l4proto udp dnat to 192.168.1.2' ;;
    port-restricted) ;;
  esac
  ip netns exec "pclab-$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  ip netns exec "pclab-$1" nft -f - <<RULES
table ip lab {
  chain translate_out { type nat hook postrouting priority srcnat; oifname "wan" $masquerade; }
  chain translate_in { type nat hook prerouting priority dstnat; $let_in; }
  chain forward {
    type filter hook forward priority filter; policy drop;
    iifname "lan" accept
    ct state established,related accept
    ct status dnat accept
  }
  chain input { type filter hook input priority filter; policy accept; iifname "wan" ct state new drop; }
}
RULES
}

# lab_viewer NUMBER UP DOWN TRANSLATION: the namespace viewer-NUMBER, behind home-NUMBER where there is a translation. All
# homes use the same private network, as homes do.
lab_viewer() {
  local viewer=viewer-$1 home=home-$1 address=198.19.0.$1
  lab_namespace "$viewer"
  if [ "$4" = open ]; then
    lab_attach "$viewer" "$address" "$2" "$3"
    return
  fi
  lab_namespace "$home"
  lab_attach "$home" "$address" "$2" "$3"
  ip -n "pclab-$home" link add name lan type veth peer name eth0 netns "pclab-$viewer"
  ip -n "pclab-$home" address add 192.168.1.1/24 dev lan
  ip -n "pclab-$home" link set lan up
  ip -n "pclab-$viewer" address add 192.168.1.2/24 dev eth0
  ip -n "pclab-$viewer" link set eth0 up
  ip -n "pclab-$viewer" route add default via 192.168.1.1
  lab_translate "$home" "$4"
}
