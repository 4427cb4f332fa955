"""The process in which PyTorch computes: told its job by its first argument, it does it once a request.

One JSON object a line; protocol.ts says which.
"""

import json
import os
import sys
import time
import traceback

# Replies have a channel of their own: what libraries print goes to standard error.
_replies = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def say(**reply):
    _replies.write(json.dumps(reply) + "\n")
    _replies.flush()


def serve(task):
    import torch

    from job_data import JobData
    from jobs import prepare

    workload = task["workload"]
    torch.set_num_threads(workload["threads"])
    torch.set_flush_denormal(True)
    num_parameters, do_once = prepare(task, JobData(task["dataFile"]))
    facts = {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "python": sys.version.split()[0],
        "oneDNN": "on" if torch.backends.mkldnn.is_available() else "off",
        "instructions": torch.backends.cpu.get_cpu_capability(),
    }
    say(reply="ready", numParameters=num_parameters, facts=facts)
    repeats = workload["repeats"]
    for line in sys.stdin:
        try:
            request = json.loads(line)["do"]
        except (ValueError, TypeError, KeyError):
            continue
        if request == "quit":
            return
        start = time.perf_counter()
        for _ in range(repeats):
            value = do_once()
        seconds = (time.perf_counter() - start) / repeats
        say(reply="done", timeMs=1000 * seconds, value=value)


try:
    serve(json.loads(sys.argv[1]))
except Exception as error:
    traceback.print_exc()
    say(reply="error", message=f"{type(error).__name__}: {error}")
    sys.exit(1)
