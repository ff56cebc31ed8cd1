"""A backend module as users write them, for trying the broker with it."""
import sys
import time

from demessaging import main
from deprogressapi.tree import ProgressReport

__all__ = ["hello_world", "slow", "fail", "repeat", "length", "in_steps"]


def hello_world(name: str) -> str:
    """Greet somebody."""
    return "Hello, %s!" % name


def slow(seconds: float, name: str) -> str:
    """Answer after a while."""
    note("working for %s" % name)
    time.sleep(seconds)
    note("done for %s" % name)
    return "Slowly: hello, %s!" % name


def fail(reason: str) -> str:
    """Fail as a function fails whose author did not think of everything."""
    raise ValueError(reason)


def repeat(text: str, times: int) -> str:
    """Answer with a text of any length."""
    return text * times


def length(text: str) -> int:
    """Count the characters of a text of any length."""
    return len(text)


def in_steps(
    steps: int, report: ProgressReport = ProgressReport(step_message="begun")
) -> int:
    """Tell of every step before the answer."""
    for step in range(1, steps + 1):
        report.step_message = "step %i" % step
        report.submit()
    return steps


def note(line: str) -> None:
    """Tell the test what happens here."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(messaging_config=dict(topic="hello-world"))
