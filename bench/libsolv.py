"""Solve a pack with libsolv (Debian: apt-get install python3-solv), for comparison.

usage: libsolv.py PROBLEM ROUNDS, where PROBLEM is testtags text: packages first, then a line `=Roots: NAME NAME ...`
prints JSON: {"ok", "picks", "times": [[buildMs, solveMs], ...]} with CPU milliseconds
"""
import json
import os
import sys
import tempfile
import time

import solv


def main():
    path, rounds = sys.argv[1], int(sys.argv[2])
    with open(path) as file:
        text, _, roots = file.read().partition("=Roots: ")
    with tempfile.NamedTemporaryFile("w", delete=False) as tags:
        tags.write(text)
    try:
        results = [solve(tags.name, roots.split()) for _ in range(rounds)]
    finally:
        os.unlink(tags.name)
    ok, picks = results[0][0]
    print(json.dumps({"ok": ok, "picks": picks, "times": [times for _, times in results]}))


def solve(path, roots):
    start = time.process_time()
    pool = solv.Pool()
    pool.setdisttype(solv.Pool.DISTTYPE_RPM)
    pool.setarch("noarch")
    repo = pool.add_repo("portal")
    file = solv.xfopen(path)
    repo.add_susetags(file, 0, None)
    file.close()
    pool.addfileprovides()
    pool.createwhatprovides()
    jobs = []
    for name in roots:
        jobs.append(pool.Job(solv.Job.SOLVER_INSTALL | solv.Job.SOLVER_SOLVABLE_NAME, pool.str2id(name)))
    built = time.process_time()
    solver = pool.Solver()
    solver.set_flag(solv.Solver.SOLVER_FLAG_IGNORE_RECOMMENDED, 1)
    problems = solver.solve(jobs)
    explained = [explain(problem) for problem in problems]
    done = time.process_time()
    picks = {}
    if not problems:
        picks = {s.name: s.evr.split("-")[0] for s in solver.transaction().newsolvables()}
    return (not explained, picks), [(built - start) * 1000, (done - built) * 1000]


def explain(problem):
    """What is wrong, and what can be done about it: the same as Roboport tells."""
    remedies = [[element.str() for element in solution.elements()] for solution in problem.solutions()]
    return str(problem.findproblemrule().info().problemstr()), remedies


main()
