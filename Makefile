# `make run` and `make test` set themselves up in .venv and change nothing outside this folder.

PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
PY := .venv/bin/python
INSTALL := $(PY) -m pip --require-virtualenv --disable-pip-version-check install -c constraints.txt
OFFSCREEN := QT_QPA_PLATFORM=offscreen MPLBACKEND=Agg
# A process for each core, with one thread each: two threads in each would wait for one another.
TESTS := OMP_NUM_THREADS=1 $(OFFSCREEN) $(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-all check libraries bench bench-compare bench-window bench-peers ladder clean

help:
	@echo "make run       open the window (the first time, set everything up before)"
	@echo "make test      lint, types, import contracts and all tests but the slow ones"
	@echo "make test-all  the same, with the slow tests"
	@echo "make bench     measure what the playground promises; RECORD=1 adds it to tests/bench/history.jsonl"
	@echo "make bench-compare   the same, beside the numbers last recorded on this machine"
	@echo "make bench-window   does the window keep up while a large model trains (S2S_CORPORA likewise)"
	@echo "make bench-peers   the same work by other toolkits (S2S_CORPORA names a folder with multi30k)"
	@echo "make ladder    train the classic architectures on Multi30k (S2S_CORPORA names its folder)"
	@echo "make clean     remove .venv and all that was made"
	@echo "Another Python than the newest one found: make run PYTHON=/path/to/python3"

# The check comes before the long installation, so that nobody waits for nothing.
run: .venv/.made
	@$(PY) -m app.system_check; status=$$?; \
	case $$status in \
	    0) $(MAKE) -s --no-print-directory .venv/.run && exec $(PY) -m app ;; \
	    3) echo "The built-in corpus is trained in this terminal instead (s2s demo)." >&2; \
	       $(MAKE) -s --no-print-directory .venv/.run && exec $(PY) -m s2s_core demo ;; \
	    *) exit $$status ;; \
	esac

test: libraries .venv/.test check
	@echo "== tests"
	@$(TESTS)

test-all: libraries .venv/.test check
	@echo "== tests, the slow ones too"
	@$(TESTS) -m "slow or not slow"

check: .venv/.test
	@echo "== lint"
	@$(PY) -m ruff check .
	@echo "== format"
	@$(PY) -m ruff format --check .
	@echo "== types"
	@$(PY) -m mypy
	@echo "== import contracts"
	@.venv/bin/lint-imports --no-logo

bench: libraries .venv/.test
	@$(PY) -m tests.bench $(if $(RECORD),--record)

bench-compare: libraries .venv/.test
	@$(PY) -m tests.bench --compare

bench-window: libraries .venv/.test
	@$(PY) -m tests.bench.in_use

# An hour at most, and other toolkits on the disk; a part of it: make bench-peers ONLY="train-a greedy-a"
bench-peers: .venv/.made .venv/.test
	@$(PY) -m tests.bench.peers $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS))

# Three hours; what was begun goes on: make ladder ONLY="lstm transformer" MINUTES=10
ladder: .venv/.made .venv/.test
	@$(PY) -m tests.bench.ladder $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ONLY),--only $(ONLY))

libraries: .venv/.made
	@$(PY) -m app.system_check --offscreen

clean:
	rm -rf .venv build dist *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find app s2s_core resources tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A .venv that works is kept; one that was left half made is made again.
.venv/.made:
	@if $(PY) -c 'import pip, sys; sys.exit(sys.prefix == sys.base_prefix)' 2>/dev/null; then \
	    touch $@; exit 0; \
	fi; \
	found=; bare=; \
	for python in $(PYTHONS); do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    if $$python -c 'import ensurepip, venv' 2>/dev/null; then found=$$python; break; fi; \
	    bare=$${bare:-$$python}; \
	done; \
	if [ -n "$$found" ]; then \
	    echo "== making .venv with $$($$found --version)"; \
	    $$found -m venv .venv && touch $@; \
	elif [ -n "$$bare" ]; then \
	    echo "$$bare cannot make a virtual environment; on Debian and Ubuntu install" \
	        "what it lacks with: sudo apt-get install $${bare##*/}-venv" >&2; exit 1; \
	else \
	    echo "No Python 3.11 or newer was found (tried: $(PYTHONS));" \
	        "install one or name it: make run PYTHON=/path/to/python3" >&2; exit 1; \
	fi

.venv/.run: .venv/.made pyproject.toml constraints.txt
	@echo "== installing (the first time some minutes: torch is large)"
	@$(INSTALL) -e . || { $(INSTALL_FAILED); }
	@touch $@

.venv/.test: .venv/.made pyproject.toml constraints.txt
	@echo "== installing, with what the tests need (the first time some minutes: torch is large)"
	@$(INSTALL) -e '.[test]' || { $(INSTALL_FAILED); }
	@touch $@ .venv/.run

INSTALL_FAILED = echo "The installation did not finish; pip says above why (often: no network, or a \
	full disk). The same command goes on where it stopped." >&2; exit 1
