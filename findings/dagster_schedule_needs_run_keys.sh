#!/usr/bin/env bash
# dagster 1.13.27. A schedule that returns several run requests.
# One would guess: that it may return what a sensor may, since a schedule's tick has a moment of its own to tell its runs from others by.
# Seen: with two requests without run_key the schedule's tick fails, after its function has run with all it did; the same from a sensor is accepted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dagster==1.13.27
cat > "$folder/definitions.py" <<'PYTHON'
import dagster as dg

@dg.op
def nothing(): ...

@dg.job
def work():
    nothing()

def two():
    return [dg.RunRequest(tags={"batch": "1"}), dg.RunRequest(tags={"batch": "2"})]

@dg.schedule(job=work, cron_schedule="0 2 * * *")
def nightly():
    print("the function of the schedule ran")
    return two()

@dg.sensor(job=work)
def watching():
    return two()

with dg.build_sensor_context() as context:
    print("sensor:", len(watching.evaluate_tick(context).run_requests), "run requests")
with dg.build_schedule_context() as context:
    try:
        print("schedule:", len(nightly.evaluate_tick(context).run_requests), "run requests")
    except dg.DagsterInvariantViolationError as error:
        print("schedule:", str(error).splitlines()[0])
    except Exception as error:
        print("schedule:", type(error).__name__, str(error).splitlines()[0])
PYTHON
"$folder/venv/bin/python" "$folder/definitions.py" 2> /dev/null | tee "$folder/output"
grep -qx "sensor: 2 run requests" "$folder/output"
grep -q "^schedule: .*must specify a run_key in each" "$folder/output" && echo "as described"
