"""Plug-ins with one hook that does what it must not, and runs that play them."""
import json

from lib.plugin_workshop import Workshop, play
from lib.scenario import HOST_CANNOT, valid

HOOK = """#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
static _Atomic int calls;
enum td_verdict bad(const struct td_view *view);
enum td_verdict bad(const struct td_view *view) {
	int call = calls++;
	(void)call;
	%s
	return view->last ? TD_CLOSE : TD_KEEP; }
"""


def built(shop, code, end, name="variant.so"):
    """Builds a plug-in whose exchange_done of this end runs the code; `call` counts from 0."""
    return shop.variant(name, before=HOOK % code, **{end: ".%s = {.exchange_done = bad}" % end})


def result_of(shop):
    with open(shop.path("result.json")) as file:
        return json.load(file)


def trial_of(result, strategy):
    [trial] = [trial for trial in result["trials"] if trial["strategy"] == strategy]
    return trial


# More calls than any hook waits for: what comes behind them is load for nothing.
ENOUGH = ("-n", "500")


def beside_another(code, end, *options):
    """Plays the hook, and then a strategy of which all is well; returns the result."""
    with Workshop() as shop:
        done = play(built(shop, code, end) + ",graceful", *ENOUGH, *options, folder=shop.folder)
        result = result_of(shop)
    valid(trial_of(result, "graceful"))
    return done, result


def reasons(result, strategy="variant"):
    return "; ".join(trial_of(result, strategy)["invalid_because"])


def is_lacking():
    """Why this host has no private network; None where it has."""
    with Workshop() as shop:
        done = play("graceful", *ENOUGH, folder=shop.folder)
    return done.stderr if done.returncode == HOST_CANNOT else None
