"""Holds that .ci/instructions can fail, and when it does."""

import importlib.machinery
import importlib.util
import unittest
from pathlib import Path

loader = importlib.machinery.SourceFileLoader("instructions", str(Path(__file__).with_name("instructions")))
instructions = importlib.util.module_from_spec(importlib.util.spec_from_loader("instructions", loader))
loader.exec_module(instructions)

TOOLS = "rustc 1.0.0, glibc 2.0, valgrind-3.0, x86_64"
WORKS = [instructions.Work("build", 0), instructions.Work("check", 100)]


def failures(record, works=WORKS, whole=True, **counts):
    return instructions.compare(works, counts, instructions.Record(TOOLS, record), whole)


class Compare(unittest.TestCase):
    def test_the_same_counts_pass(self):
        lines, failed = failures({"build": 1000, "check": 5000}, build=1000, check=5000)
        self.assertEqual(failed, [])
        self.assertEqual(lines[2].split(), ["check", "5000", "5000", "+0.0%", "50"])

    def test_growth_within_the_slack_passes(self):
        _, failed = failures({"build": 1000, "check": 5000}, build=1050, check=5000)
        self.assertEqual(failed, [])

    def test_growth_beyond_the_slack_fails(self):
        _, failed = failures({"build": 1000, "check": 5000}, build=1051, check=5000)
        self.assertEqual(failed, ["build takes 1051 instructions, 5.1% more than the 1000 of the record"])

    def test_fewer_never_fail_and_ask_for_a_new_record(self):
        lines, failed = failures({"build": 1000, "check": 5000}, build=10, check=5000)
        self.assertEqual(failed, [])
        self.assertEqual(lines[-1], "renew the record with --update: fewer are build")

    def test_a_path_without_a_record_fails(self):
        _, failed = failures({"build": 1000}, build=1000, check=5000)
        self.assertEqual(failed, ["check is not in the record"])

    def test_a_record_without_a_path_fails(self):
        _, failed = failures({"build": 1000, "old": 1}, WORKS[:1], build=1000)
        self.assertEqual(failed, ["old is in the record and no path"])
        _, failed = failures({"build": 1000, "old": 1}, WORKS[:1], whole=False, build=1000)
        self.assertEqual(failed, [])


class Files(unittest.TestCase):
    def test_a_record_comes_back(self):
        record = instructions.Record(TOOLS, {"build": 1000, "check": 5000})
        self.assertEqual(instructions.read(instructions.write(record)), record)

    def test_the_committed_record_has_counts(self):
        record = instructions.read(instructions.RECORD.read_text())
        self.assertTrue(record.tools)
        self.assertGreater(min(record.counts.values()), 0)

    def test_a_profile_adds_up(self):
        self.assertEqual(instructions.total("events: Ir\nsummary: 12\n\ntotals: 12\n"), 12)
        for profile in ["", "events: Ir\ntotals: 0\n"]:
            with self.assertRaises(SystemExit):
                instructions.total(profile)


if __name__ == "__main__":
    unittest.main()
