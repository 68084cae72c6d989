#!/usr/bin/env bash
# dagster 1.13.27. `dagster code-server start` keeps the definitions in a child process and passes calls on to it. The child ends: by the kernel
# when memory is short, for instance, here by SIGKILL.
# One would guess: that the server starts another child, as it does at a reload, or ends, so that what supervises it starts another server.
# Seen: the server lives on without a child, its health check still succeeds, and every call that needs the definitions fails.
set -euo pipefail
folder=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill -KILL "$server" 2> /dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dagster==1.13.27
export DAGSTER_HOME="$folder/home" PATH="$folder/venv/bin:$PATH" DAGSTER_DISABLE_TELEMETRY=true
mkdir "$DAGSTER_HOME"
printf 'import dagster\n\n\n@dagster.asset\ndef one():\n    pass\n\n\ndefs = dagster.Definitions(assets=[one])\n' > "$folder/definitions.py"
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
dagster code-server start --python-file "$folder/definitions.py" --host 127.0.0.1 --port "$port" > "$folder/log" 2>&1 &
server=$!
check() { dagster api grpc-health-check --host 127.0.0.1 --port "$port" > /dev/null 2>&1; }
names() {
    python - "$port" <<'PYTHON'
import json
import sys

from dagster._grpc.client import DagsterGrpcClient

answer = json.loads(DagsterGrpcClient(host="127.0.0.1", port=int(sys.argv[1])).list_repositories())
print([one["attribute"] for one in answer["repository_symbols"]])
PYTHON
}
for _ in $(seq 60); do check && break; sleep 1; done
echo "with its child: definitions $(names)"
child=$(pgrep -P "$server" -f "dagster api grpc")
kill -KILL "$child"
sleep 20
others=$(pgrep -P "$server" -f "dagster api grpc" || true)
[ "$others" = "$child" ] && others=""
health=fails
check && health=succeeds
answer=$(names 2> "$folder/error" || true)
echo "twenty seconds after the child was killed: children ${others:-none}, health check $health, definitions ${answer:-none}"
if kill -0 "$server" && [ -z "$others" ] && [ "$health" = succeeds ] && [ -z "$answer" ] && grep -q "Connection refused" "$folder/error"; then
    echo "as described"
else
    exit 1
fi
