"""A small Slurm over the hosts of lib.fleet_hosts, each with a slurmd; its controller at the bridge. Without munge:
whoever reaches it may command it, so it is for networks of a test's own."""
import os
import subprocess

from lib.wait import wait_for

SETTINGS = """ClusterName=fleet
SlurmctldHost={controller}(10.78.0.1)
AuthType=auth/none
CredType=cred/none
SlurmUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
ReturnToService=2
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
TmpFS={folder}/%n-tmp
SlurmdLogFile={folder}/%n.log
"""
NODE = "NodeName={name} NodeAddr={address} CPUs=1 State=UNKNOWN\n"
PARTITION = "PartitionName=all Nodes=ALL Default=YES State=UP\n"


class Slurm:
    def __init__(self, fleet):
        self.fleet, self.folder = fleet, os.path.join(fleet.folder, "slurm")
        os.makedirs(os.path.join(self.folder, "state"))
        self.environment = {**os.environ, "SLURM_CONF": os.path.join(self.folder, "slurm.conf")}
        self.names = ["h" + address.rpartition(".")[2] for address in fleet.addresses]
        with open(self.environment["SLURM_CONF"], "w", encoding="ascii") as file:
            file.write(SETTINGS.format(folder=self.folder, controller=os.uname().nodename))
            for name, address in zip(self.names, fleet.addresses):
                file.write(NODE.format(name=name, address=address))
            file.write(PARTITION)
        self.programs = [self._start("slurmctld", "-D")]
        # Slurm 22.05 makes a directory of PMIx there, of the same name on each node.
        for name in self.names:
            os.mkdir(os.path.join(self.folder, name + "-tmp"))
        for name, holder in zip(self.names, fleet.holders):
            self.programs.append(self._start(
                "nsenter", "--net=/proc/%d/ns/net" % holder.pid, "unshare", "--uts", "--mount", "sh", "-c",
                "hostname %s; exec slurmd -D" % name))
        wait_for(self._are_idle, "the nodes of Slurm", within_s=60)

    def _start(self, *command):
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _are_idle(self):
        ended = [program.args for program in self.programs if program.poll() is not None]
        assert not ended, ended
        said = subprocess.run(["sinfo", "-h", "-N", "-o", "%N %t"], env=self.environment, capture_output=True, text=True)
        return sorted(said.stdout.split("\n")[:-1]) == ["%s idle" % name for name in self.names]

    def start(self, *program):
        return subprocess.Popen(
            ["srun", "-N%d" % len(self.names), "--ntasks-per-node=1", "--mpi=pmix", *program], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.fleet.folder,
            env={**self.environment, "OMPI_MCA_btl_tcp_if_include": "10.78.0.0/24"})
