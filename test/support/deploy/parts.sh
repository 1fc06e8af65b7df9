#!/usr/bin/env bash
# What the deploy tests need besides an engine: an ssh server, a registry, and the proxy as an image: parts.sh
# Does only what is missing. Installing needs root on Debian. The proxy comes from the registry, or from its source.
set -euo pipefail
proxy=basecamp/kamal-proxy:latest
base=node:24-bookworm-slim
# One version, not the latest: what was tested yesterday is tested today, and no list of versions is asked for.
module=github.com/basecamp/kamal-proxy
version=v0.9.2

have() { command -v "$1" >/dev/null 2>&1; }

give_up() {
  printf '\n%s\n' "NO HOST TO DEPLOY TO: $1" "  next    $2" '' >&2
  exit 1
}

install_missing() {
  local want=()
  [ -x /usr/sbin/sshd ] || want+=(openssh-server)
  have ssh || want+=(openssh-client)
  have docker-registry || want+=(docker-registry)
  [ ${#want[@]} -eq 0 ] && return
  have apt-get || give_up "${want[*]} are missing" 'Install them.'
  [ "$(id -u)" -eq 0 ] || give_up "${want[*]} are missing" "Run: sudo apt-get install ${want[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${want[@]}" >&2 ||
    give_up "apt-get could not install ${want[*]}" 'See its words above.'
}

# In the folder at hand, as a part of a module of its own: `go install` would ask for the list.
build_proxy() {
  "$1" mod init proxy && timeout 300 "$1" get "$module@$version" &&
    CGO_ENABLED=0 timeout 600 "$1" build -mod=mod -o kamal-proxy "$module/cmd/kamal-proxy"
}

have_proxy() {
  docker image inspect "$proxy" >/dev/null 2>&1 && return
  timeout 120 docker pull -q "$proxy" >/dev/null 2>&1 && return
  local go work
  go=$(command -v go || echo /usr/local/go/bin/go)
  work=$(mktemp -d)
  if [ -x "$go" ] && (cd "$work" && build_proxy "$go" >&2); then
    printf '%s\n' "FROM $base" 'COPY kamal-proxy /usr/local/bin/kamal-proxy' \
      'RUN useradd kamal-proxy && install -d -o kamal-proxy /home/kamal-proxy/.config/kamal-proxy' \
      'USER kamal-proxy' 'EXPOSE 80 443' 'CMD ["kamal-proxy", "run"]' >"$work/Dockerfile"
    docker build -q -t "$proxy" "$work" >/dev/null
    rm -rf "$work"
    return
  fi
  rm -rf "$work"
  give_up "$proxy can be neither pulled nor built with Go from $module $version" \
    "Where it can be pulled: docker pull $proxy && docker save $proxy | ssh this-machine docker load"
}

docker info >/dev/null 2>&1 || give_up 'no Docker Engine answers' 'Run: test/support/containers/engine.sh'
install_missing
have_proxy
