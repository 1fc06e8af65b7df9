#!/bin/sh
# The first process of a machine of a test's own, in namespaces apart: it brings up what a host has.
# Words: network, folder of the engine, a disk for it or nothing, ssh settings, registry settings, name, log folder.
set -e
# Sockets and process numbers of its own: those of the machine around it stay out of sight.
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd /run/lock
[ -z "$3" ] || mount -o loop "$3" "$2"
ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip addr add "$1.2/30" dev eth0
ip link set eth0 up
ip route add default via "$1.1"
dockerd --data-root "$2" --exec-root /run/docker --pidfile /run/docker.pid \
  --host unix:///run/docker.sock --cgroup-parent "/$6" >>"$7/engine.log" 2>&1 &
docker-registry serve "$5" >>"$7/registry.log" 2>&1 &
/usr/sbin/sshd -D -f "$4" >>"$7/ssh.log" 2>&1 &
# It lives as long as whoever holds the other end of this pipe.
cat >/dev/null
