#!/usr/bin/env bash
# dagster-celery 0.29.27 with celery. SIGTERM to the process of `dagster-celery worker start`, as a container runtime sends it to its first process.
# One would guess: that the worker ends, warm or cold, as Celery documents for its own command.
# Seen: the starter ends alone. It waits for `celery worker` as a child and passes no signal on; the worker lives on without a parent.
set -euo pipefail
folder=$(mktemp -d)
worker=""
trap '[ -z "$worker" ] || kill -9 $worker 2> /dev/null; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dagster==1.13.27 dagster-celery==0.29.27 'celery[redis]'
export DAGSTER_HOME="$folder/home" PATH="$folder/venv/bin:$PATH"
mkdir "$DAGSTER_HOME"
# No broker listens there: the worker keeps trying, as it should.
printf 'execution:\n  config:\n    broker: redis://127.0.0.1:1/0\n    backend: redis://127.0.0.1:1/1\n' > "$folder/celery.yaml"
"$folder/venv/bin/dagster-celery" worker start -A dagster_celery.app -y "$folder/celery.yaml" > "$folder/log" 2>&1 &
starter=$!
for _ in $(seq 120); do
    worker=$(pgrep -P "$starter" -f "celery -A dagster_celery.app" || true)
    [ -n "$worker" ] && grep -q "Cannot connect\|Connection refused" "$folder/log" && break
    sleep 0.5
done
[ -n "$worker" ]
kill -TERM "$starter"
wait "$starter" || true
sleep 10
if kill -0 $worker 2> /dev/null; then
    echo "ten seconds after SIGTERM: the starter has ended, the worker lives"
    echo "as described"
else
    echo "the worker has ended, too"
    exit 1
fi
