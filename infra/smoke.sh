#!/usr/bin/env bash
# Builds the images, brings everything up with three workers, runs the examples over HTTP and says
# which worker executed how many steps. Fails unless everything is completed and every worker took part.
#
#   infra/smoke.sh           KEEP=1 infra/smoke.sh leaves everything running
#
# Needs a container engine, `docker compose` or docker-compose, and Node 20 or newer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly workers=3
readonly orders_of_each_kind=30
readonly patience_seconds=180
readonly run="smoke-$(date +%s)"

# A project of its own: what runs under the usual name, and its data, is left alone.
export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-drover-smoke}
free_port='const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
export API_PORT=${API_PORT:-$(node -e "$free_port")}

if docker compose version >/dev/null 2>&1; then compose=(docker compose)
elif command -v docker-compose >/dev/null; then compose=(docker-compose)
else echo "neither docker compose nor docker-compose is installed" >&2; exit 1
fi
compose+=(--file compose.yaml)
docker info >/dev/null 2>&1 || { echo "no container engine answers" >&2; exit 1; }

say() { printf '%s  %s\n' "$(date +%T)" "$*"; }

finish() {
  local code=$?
  trap - EXIT
  if ((code != 0)); then
    say "failed; the last lines of the logs:"
    "${compose[@]}" logs --no-color --tail=40 api worker migrate || true
  fi
  if [[ ${KEEP:-} == 1 ]]; then
    say "left running: http://127.0.0.1:$API_PORT (project $COMPOSE_PROJECT_NAME)"
  else
    say "tearing down"
    "${compose[@]}" down --volumes --remove-orphans >/dev/null 2>&1 || say "could not tear down"
  fi
  ((code == 0)) && say "ok"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

containers() { "${compose[@]}" ps -q "$1"; }

# Prints the services that are not healthy yet.
not_healthy() {
  local service id
  for service in postgres redis api worker; do
    for id in $(containers "$service"); do
      [[ $(docker inspect --format '{{.State.Health.Status}}' "$id") == healthy ]] || echo "$service"
    done
  done | sort | uniq -c | awk '{ printf "%s%s x %s", sep, $1, $2; sep = ", " }'
}

wait_until_healthy() {
  local deadline=$((SECONDS + patience_seconds)) waiting said=
  while waiting=$(not_healthy) && [[ -n $waiting ]]; do
    [[ $waiting == "$said" ]] || say "waiting for $waiting"
    said=$waiting
    ((SECONDS < deadline)) || { say "not healthy within $patience_seconds s: $waiting"; return 1; }
    sleep 1
  done
}

ask_postgres() {
  "${compose[@]}" exec -T postgres psql --username drover --dbname drover \
    --no-align --tuples-only --field-separator ' ' --set ON_ERROR_STOP=1 --command "$1"
}

say "building with ${compose[*]}"
"${compose[@]}" build

say "starting $workers workers"
"${compose[@]}" up -d --scale worker=$workers
wait_until_healthy
say "healthy: api on port $API_PORT, $(containers worker | wc -l) workers"

say "running the examples"
node docker/drive-example.mjs "http://127.0.0.1:$API_PORT${API_PREFIX:-/workflows}" "$run" "$orders_of_each_kind" |
  while IFS= read -r line; do say "  $line"; done

wrong=()
ours="workflow_step_executions e join workflow_instances i on i.id = e.instance_id and i.correlation_id = '$run'"
per_worker=$(ask_postgres "
  select w.host, count(*), count(distinct e.instance_id)
  from $ours join workflow_workers w on w.id = e.worker_id
  group by w.id order by w.started_at")
per_workflow=$(ask_postgres "
  select i.workflow_name, count(distinct i.id), count(*), count(*) filter (where e.status = 'succeeded'),
    count(*) - count(distinct (e.instance_id, e.step_name)), count(distinct e.worker_id)
  from $ours group by i.workflow_name order by i.workflow_name")

echo
printf '%-28s %-14s %8s %12s\n' worker host steps 'of instances'
while read -r host steps instances; do
  name=$(docker inspect --format '{{.Name}}' "$host" 2>/dev/null || echo '?')
  printf '%-28s %-14s %8s %12s\n' "${name#/}" "$host" "$steps" "$instances"
done <<<"$per_worker"
echo
printf '%-28s %9s %6s %10s %8s %8s\n' workflow instances steps succeeded doubled workers
while read -r name instances steps succeeded doubled took_part; do
  printf '%-28s %9s %6s %10s %8s %8s\n' "$name" "$instances" "$steps" "$succeeded" "$doubled" "$took_part"
  ((steps == succeeded && doubled == 0)) || wrong+=("$name")
done <<<"$per_workflow"
echo

if ((${#wrong[@]} > 0)); then
  say "not every step succeeded once: ${wrong[*]}"
  exit 1
fi
took_part=$(grep -c . <<<"$per_worker" || true)
if ((took_part < workers)); then
  say "only $took_part of $workers workers executed steps"
  exit 1
fi
say "all $workers workers executed steps"
