"""Runs a program at a terminal of its own and answers its questions as a person would.

    terminal.py ANSWERS PROGRAM [WORD...]

ANSWERS is a JSON list of [question, answer]: when the question stands on the screen, the answer is typed and Enter is
pressed. Everything that the program shows is written to standard output; the exit code is the program's. A question that
is never asked is an error.
"""

import json
import os
import pty
import select
import sys
import time

PATIENCE = 120


def main():
    answers = json.loads(sys.argv[1])
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.argv[2], sys.argv[2:])
    screen, read = b"", 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            try:
                more = os.read(terminal, 65536)
            except OSError:  # Linux says so when the program has closed its end.
                more = b""
            if not more:
                break
            screen += more
        while answers and (found := screen.find(answers[0][0].encode(), read)) >= 0:
            read = found + len(answers[0][0].encode())
            os.write(terminal, answers.pop(0)[1].encode() + b"\n")
    else:
        os.kill(child, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.buffer.write(screen)
    sys.stdout.buffer.flush()
    if answers:
        sys.exit(f"never asked: {answers[0][0]}")
    sys.exit(status if status >= 0 else 128 - status)


main()
