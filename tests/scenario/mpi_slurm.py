#!/usr/bin/env python3
"""teardown-mpi under Slurm, by srun and by the sbatch file of contrib, on three hosts at one bridge; and that the
Kubernetes file of contrib calls what there is: mpi_slurm.py TEARDOWN-MPI CONTRIB"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from lib import loopback
from lib.fleet_hosts import Fleet
from lib.slurm import Slurm
from lib.wait import wait_for

for needed in ("srun", "slurmd", "slurmctld"):
    if not shutil.which(needed, path=os.environ["PATH"] + ":/usr/sbin"):
        print("skipped: %s is not installed" % needed)
        sys.exit(loopback.SKIPPED)
if not loopback.enter_as_root("--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"):
    print("skipped: slurmctld drops supplementary groups, which takes root's own users")
    sys.exit(loopback.SKIPPED)

PROGRAM, CONTRIB = map(os.path.abspath, sys.argv[1:3])
FOLDER = tempfile.TemporaryDirectory()
# On a busy machine a trial may be invalid, which is not what is asked here.
LOAD = ("-s", "server-close", "-r", "1", "-R", "300", "-n", "120", "--fail-if", "lost_share > 1")


def measured(name):
    with open(os.path.join(FOLDER.name, name), encoding="utf-8") as file:
        result = json.load(file)
    trial, = result["trials"]
    assert sorted(host["name"] for host in trial["hosts"]) == ["h2", "h3", "h4"], trial["hosts"]
    counted = [trial["connections"]["opened"], trial["counters"]["server"]["PassiveOpens"],
               trial["counters"]["client"]["ActiveOpens"]]
    assert counted == [120] * 3, counted


def srun_starts_a_fleet(slurm):
    process = slurm.start(PROGRAM, *LOAD, "-o", "srun.json")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    measured("srun.json")


def fewer_nodes_than_asked_for_are_refused(slurm):
    process = slurm.start(PROGRAM, *LOAD, "--hosts", "4", "-o", "none.json")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 3 and "3 of 4 hosts are here" in err, (process.returncode, err)
    assert not os.path.exists(os.path.join(FOLDER.name, "none.json"))


def the_batch_file_runs(slurm):
    """Its program is found by its name, as an installed one is."""
    environment = {**slurm.environment, "TEARDOWN_NETWORK": "10.78.0.0/24",
                   "PATH": os.path.dirname(PROGRAM) + ":" + os.environ["PATH"]}
    said = subprocess.run(["sbatch", "--wait", "--parsable", os.path.join(CONTRIB, "slurm/teardown-mpi.sbatch"), *LOAD],
                          env=environment, cwd=FOLDER.name, capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said
    job = said.stdout.strip()
    wait_for(lambda: os.path.exists(os.path.join(FOLDER.name, "teardown-%s.txt" % job)), "what the job printed")
    measured("teardown-%s.json" % job)


def the_job_of_kubernetes_is_understood():
    """No cluster is here: its options are tried, at a fleet that is not there."""
    with open(os.path.join(CONTRIB, "kubernetes/teardown-mpi.yaml"), encoding="utf-8") as file:
        command = json.loads(re.search(r"args: (\[.*\])", file.read())[1])
    assert command.pop(0) == "teardown-mpi", command
    alone = subprocess.run([PROGRAM, *command], capture_output=True, text=True, timeout=120, cwd=FOLDER.name)
    assert alone.returncode == 3 and "1 of 3 hosts are here" in alone.stderr, alone


the_job_of_kubernetes_is_understood()
SLURM = Slurm(Fleet(FOLDER.name, 3))
for check in (srun_starts_a_fleet, fewer_nodes_than_asked_for_are_refused, the_batch_file_runs):
    check(SLURM)
    print(check.__name__, flush=True)
