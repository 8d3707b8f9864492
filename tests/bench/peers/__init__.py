"""`make bench-peers`: training and translating beside other toolkits, on the same work.

Each toolkit has an environment of its own and a file here that runs inside it; such a file imports
the standard library, its toolkit, and from here `shapes` and `turns` alone. `contests` says who
competes with whom, `rows` what is made of it.
"""
