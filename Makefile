# Two commands do all the set-up on a fresh machine: `make run` and `make test`. Python 3.11 or newer; what runs is
# installed into $(VENV) from requirements.lock, what tests and measures beside it from requirements.dev.lock.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.installed
TESTS := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip install --quiet
export GRADIO_ANALYTICS_ENABLED := False

.PHONY: run test fast check index fit eval bench benchmarks ablations slices side-by-side screenshots lock clean audit faults \
	fuzz cost soak quotes reliability
.DEFAULT_GOAL := run

# PyTorch comes first: its build for CPUs where pip is pointed at one (PIP_FIND_LINKS), which pip by itself ranks behind
# the index's; elsewhere the index's, with what that needs on Linux. A file whose hash the locks do not name is refused.
$(RUNS): requirements.lock requirements.cuda.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "calcqa needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	sed -n '/^torch==/,/[^\]$$/p' requirements.lock \
		| $(PIP) --require-hashes --no-deps --no-index --requirement /dev/stdin 2>/dev/null \
		|| $(PIP) --require-hashes --requirement requirements.cuda.lock
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(RUNS)

$(TESTS): $(RUNS) requirements.dev.lock
	$(PIP) --require-hashes --requirement requirements.lock --requirement requirements.dev.lock
	@touch $(TESTS)

run: $(RUNS)                ## environment, index, page
	$(BIN)/calcqa build --if-stale || [ $$? = 1 ]  # 1: some file could not be used, and the rest was
	$(BIN)/python app.py

test: $(TESTS)              ## everything, the browser test included
	./scripts/find-chromium
	$(BIN)/python -m pytest

fast: $(TESTS)              ## what needs neither the real encoder nor a browser
	$(BIN)/python -m pytest -m "not models and not browser and not slow"

check: $(TESTS)             ## lint, types and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) test

index: $(RUNS)              ## build the index of the corpus anew
	$(BIN)/calcqa build

fit: $(TESTS)               ## fit the weights on the development half, then build
	$(BIN)/calcqa fit questions/report.jsonl
	$(BIN)/calcqa build

eval: $(TESTS)              ## the test half, with its bars
	$(BIN)/calcqa eval questions/report.jsonl --split test --min facts=0.93 --min refused=0.90 \
		--min wrongly_refused=0.06 --min followups=0.85 --min citations=1.0

bench: $(TESTS)             ## whole-process time, latency, build time and memory
	$(BIN)/python -m benchmarks.speed.program
	$(BIN)/python -m benchmarks.speed.reader
	$(BIN)/python -m benchmarks.speed.own_documents
	./scripts/find-chromium
	$(BIN)/python -m benchmarks.speed.page

benchmarks: $(TESTS)        ## the tables of docs/benchmarks.md, from question sets: DATA=folder
	$(BIN)/python -m benchmarks.quality.tables $(or $(DATA),$(error name the folder of the sets: make benchmarks DATA=folder)) --write
	$(MAKE) ablations

ablations: $(TESTS)         ## what each part of the search is worth: DATA=folder
	$(BIN)/python -m benchmarks.quality.ablations $(or $(DATA),$(error name the folder of the sets: make ablations DATA=folder)) \
		--limit 200 --texts 1024 --write

slices: $(TESTS)            ## a slice of each question set, with its bars: DATA=folder
	$(BIN)/python -m benchmarks.quality.slices $(or $(DATA),$(error name the folder of the sets: make slices DATA=folder))

side-by-side: $(TESTS)      ## beside LangChain, LlamaIndex, txtai, Haystack and bm25s: SETS=folder…
	$(BIN)/python -m benchmarks.peers.side_by_side $(or $(SETS),$(error name the sets: make side-by-side SETS=folder…))

screenshots: $(TESTS)       ## the pictures of the README
	./scripts/find-chromium
	$(BIN)/python scripts/screenshots.py docs

lock: $(TESTS)              ## pin what pyproject.toml asks for, with hashes; LOCK=--upgrade raises what is pinned
	$(BIN)/python scripts/lock.py $(LOCK)

clean:
	rm -rf $(VENV) reports dist build

audit: $(TESTS)             ## known faults and licences of what is installed, and a bill of materials in reports/
	$(BIN)/python scripts/audit.py reports

faults: $(TESTS)            ## kills, full disks and damaged bytes, at every place: about an hour, and needs strace
	$(BIN)/python -m benchmarks.reliability.faults

fuzz: $(TESTS)              ## 100,000 hostile inputs through every entry point: nothing but our own errors, no false offset
	$(BIN)/python -m benchmarks.reliability.fuzz

cost: $(TESTS)              ## what inputs cost as they grow: each kind doubled, CPU and memory
	$(BIN)/python -m benchmarks.reliability.cost

soak: $(TESTS)              ## 64 people for ten minutes, then 200 sessions with a document each
	$(BIN)/python -m benchmarks.reliability.soak

quotes: $(TESTS)            ## random quotes to the page, the exports and JSON, and back: QUOTES=100000
	$(BIN)/python scripts/render_quotes.py $(or $(QUOTES),100000)

reliability: $(TESTS)       ## all of these in short, in under 20 minutes
	$(BIN)/python -m benchmarks.reliability.faults --short
	$(BIN)/python -m benchmarks.reliability.fuzz --inputs 5000
	$(BIN)/python -m benchmarks.reliability.cost --size 5000 --doublings 2
	$(BIN)/python scripts/render_quotes.py 5000
	$(BIN)/python -m benchmarks.reliability.soak --people 16 --seconds 60 --sessions 20
