"""Tests of the benchmark's parts that measure no time."""
