# The settings of one run: make extract RAW=pages OUT=tables WORKERS=4
RAW = raw
OUT = extracted
WORKERS =
ARGS =
SECONDS = 120
CORPORA = ../shared/benchmarks/ner
PYTHON ?=
export RAW OUT PYTHON

python = .venv/bin/python

.DEFAULT_GOAL = help
.PHONY: help extract test check rules docs site fuzz bench siege sbom audit model lock wheel clean distclean venv-run venv-test browser

help:
	@echo 'make extract    read RAW ($(RAW)/) and write claims and conflicts to OUT ($(OUT)/)'
	@echo 'make test       check style, types and imports, then run the tests'
	@echo 'make check      style, types and imports alone'
	@echo 'make rules      what a change of rules gains and loses on raw/, against BASE (the commit before)'
	@echo 'make docs       the sample, the shown output and the picture in docs/, made anew'
	@echo 'make site       documents and docstrings as a small site in build/site, read without a network'
	@echo 'make bench      quality and speed, with the figures printed; takes some minutes'
	@echo 'make model      train the model of names anew from CORPORA ($(CORPORA)); an hour or two'
	@echo 'make fuzz       hostile input for each reader and grammar; SECONDS=120 for each'
	@echo 'make siege      hostile files, damaged pages and chaos, with the figures printed; half an hour'
	@echo 'make sbom       the bill of materials in dist/, and docs/licences.md'
	@echo 'make audit      known holes in the locked packages; needs pip-audit and a network'
	@echo 'make wheel      build the wheel into dist/'
	@echo 'make lock       renew the locked packages in requirements/'
	@echo 'make clean      remove caches and builds; make distclean removes .venv too'
	@echo
	@echo 'RAW=folder OUT=folder WORKERS=number PYTHON=interpreter ARGS="more options" (of claims extract, or pytest)'

# Make turns every failure into 2, so the last line names the status that the program itself ended with.
extract: venv-run
	@$(python) -m pipeline extract "$$RAW" --out "$$OUT" $(if $(WORKERS),--workers $(WORKERS)) $(ARGS) || { \
	    status=$$?; echo "claims extract ended with status $$status" >&2; exit $$status; }

test: check browser
	@$(python) -m pytest -n auto --dist loadfile $(ARGS)

check: venv-test
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy
	@.venv/bin/lint-imports --no-logo

rules: venv-test
	@sh scripts/rule_diff.sh $(BASE)

docs: venv-test browser
	@$(python) scripts/make_sample.py
	@$(python) scripts/make_docs.py
	@$(python) scripts/make_picture.py

site: venv-test
	@PYTHONPATH=. $(python) scripts/make_site.py

fuzz:
	@sh fuzz/run.sh $(SECONDS)

model:
	@sh training/run.sh "$(CORPORA)"

bench: venv-test
	@PYTHONPATH=. $(python) benchmarks/sentences.py
	@PYTHONPATH=. $(python) benchmarks/cleaning.py
	@PYTHONPATH=. $(python) benchmarks/names.py
	@PYTHONPATH=. $(python) benchmarks/ner.py
	@PYTHONPATH=. $(python) benchmarks/statements.py
	@PYTHONPATH=. $(python) benchmarks/callouts.py
	@PYTHONPATH=. $(python) benchmarks/claims.py
	@PYTHONPATH=. $(python) benchmarks/conflicts.py
	@PYTHONPATH=. $(python) benchmarks/speed.py
	@PYTHONPATH=. $(python) benchmarks/scale.py

siege: venv-test
	@PYTHONPATH=. $(python) benchmarks/hostile.py --siege
	@PYTHONPATH=. $(python) benchmarks/mutants.py --rounds 1000
	@PYTHONPATH=. $(python) benchmarks/chaos.py --rounds 200

sbom: venv-test
	@$(python) scripts/list_packages.py --sbom dist/claimsift.cdx.json --licences docs/licences.md

# Asks a database of known holes, so it is no part of the checks.
audit:
	@command -v pip-audit >/dev/null || { echo 'make audit needs pip-audit (pip install pip-audit).' >&2; exit 1; }
	@pip-audit --strict --require-hashes --disable-pip -r requirements/run.txt

browser:
	@sh scripts/install-browser.sh

lock:
	@sh scripts/lock.sh

wheel: venv-test
	@$(python) -m build --no-isolation --wheel --outdir dist .

clean:
	@rm -rf build dist *.egg-info .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find pipeline tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	@rm -rf .venv .venv.lock

venv-run:
	@sh scripts/venv.sh run

venv-test:
	@sh scripts/venv.sh test
