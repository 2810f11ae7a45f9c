"""Steps that a client and a server of a test wait for, as files in a folder that both see."""
import json
import os

from lib.wait import wait_for


class Steps:
    def __init__(self, folder):
        self.folder = folder

    def path(self, step):
        return os.path.join(self.folder, step)

    def tell(self, step, report=None):
        with open(self.path(step + ".new"), "w") as file:
            json.dump(report, file)
        os.rename(self.path(step + ".new"), self.path(step))

    def await_step(self, step):
        wait_for(lambda: os.path.exists(self.path(step)), step)
