# RNN from Scratch: from a fresh clone, with only Python 3.11 or newer and make. `make` lists the commands.
#
# make book PYTHON=/path/to/python3.12   takes that Python (it is used once, to make the environment)
# make book VENV=../another/.venv        takes, or makes, the environment there

PYTHON = python3
VENV = .venv
COST = about 950 MB, one to three minutes

python = $(VENV)/bin/python
literate = PYTHONPATH=book/_ext $(python) -m literate
installed = $(VENV)/installed
mutmut = _build/mutmut
oldest = _build/oldest
pin = _build/lock/bin/python -m uv --quiet pip compile --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --no-annotate --custom-compile-command "make lock"
packages = import sysconfig; print(sysconfig.get_path("purelib"))
browsing = _build/site-test/installed
audit = _build/site-audit
javascript = _build/javascript

ifneq ($(words $(VENV)),1)
  $(error VENV=$(VENV): a path without spaces is needed; a relative one, such as VENV=../.venv, will do)
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help book test bench experiments mutants oldest shake notes site-test site-audit scripts vendor tangle check format lock clean preview pdf
.PHONY: environment
unexport PYTHONPATH PYTHONHOME

# Which two seeds of each stored experiment are tried again: others after each commit.
export EXPERIMENT_TURN := $(shell git rev-list --count HEAD 2>/dev/null || echo 0)

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

book: tangle  ## build the site into _build/html; every warning is an error
	@echo "Building the site into _build/html"
	@$(python) $(VENV)/bin/jupyter-book build -W -n --keep-going .
	@$(python) -c 'import pathlib; print("The site:", pathlib.Path("_build/html/index.html").resolve().as_uri())'

preview: $(installed)  ## serve the site on this machine, and build it again on each save
	@PYTHONPATH=book/_ext $(python) -m web.preview .

pdf: book  ## print the site as one PDF (needs Chromium)
	@echo "Printing the site"
	@PYTHONPATH=book/_ext $(python) -m web.print .

test: $(installed)  ## run the linters, the check of code/ against the chapters, and all tests
	@echo "Linting"
	@$(python) -m ruff check
	@$(python) -m ruff format --diff
	@echo "Comparing code/ with the chapters"
	@$(literate) check
	@echo "Reading the types of the module"
	@$(python) -m mypy
	@echo "Testing"
	@$(python) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder \
	  --cov --cov-fail-under=100

bench: $(installed)  ## time a training step, beside PyTorch, JAX and autograd where they are installed
	@echo "Measuring on one core: about ten minutes"
	@PYTHONPATH=code:book/_ext:tests/tools $(python) -m bench

experiments: $(installed)  ## compute the stored results of the chapters anew (ONLY=recall: one file)
	@echo "Computing the experiments"
	@OPENBLAS_NUM_THREADS=1 PYTHONPATH=code:book/_ext:tests/tools $(python) -m experiments $(if $(ONLY),--only $(ONLY))

mutants: $(mutmut)/installed  ## plant mistakes in code and equations; each has to be noticed (ONLY=bptt: in bptt.py)
	@echo "Planting mistakes in a copy of code/, in _build/mutants"
	@PYTHONPATH=book/_ext:tests/tools $(mutmut)/bin/python -m mutation $(ONLY)
	@$(if $(ONLY),,echo "Planting misprints in the equations of the chapters"; PYTHONPATH=code:book/_ext:tests/tools $(python) -m mutation.prose)

shake: $(installed)  ## run the chapters with other kernels, SIMD, threads, rounding, seeds, NumPys (FIRST=6: in the first six places)
	@echo "Running every chapter in many environments, two at a time"
	@PYTHONPATH=book/_ext:tests/book:tests/tools $(python) -m shake $(if $(FIRST),--first $(FIRST))

notes: $(installed)  ## draw the handwritten notes
	@PYTHONPATH=code:book/_ext $(python) -m this_book notes

site-test: book $(browsing)  ## look at the built site in a real browser (needs Chromium)
	@echo "Testing the site in a browser"
	@$(python) -m pytest --numprocesses auto --dist worksteal tests/browser

site-audit: book $(audit)/installed  ## let Lighthouse and the Nu checker judge the site (needs Chromium, Node.js, Java)
	@echo "Auditing the site: about three minutes"
	@PYTHONPATH=book/_ext:tests/tools $(python) -m auditing $(audit)

scripts: $(javascript)/installed  ## lint the scripts of the pages, and read the types of the explorables (needs Node.js)
	@echo "Reading the scripts"
	@$(javascript)/node_modules/.bin/eslint --config $(javascript)/eslint.config.mjs --max-warnings 0 \
	  book/explorables book/_static/*.js book/_ext/web/preview.js
	@$(javascript)/node_modules/.bin/tsc --project tests/tools/javascript

vendor: $(installed)  ## fetch what the workbench runs in a page into book/_static/vendor (needs Node.js)
	@command -v npm >/dev/null || { \
	  echo "There is no program npm. On Debian and Ubuntu: apt install npm" >&2; exit 1; }
	@echo "Fetching Pyodide, NumPy's wheel for it, and the editor: about 100 MB"
	@PYTHONPATH=tests/tools $(python) -m vendoring _build/vendor book/_static/vendor

tangle: $(installed)  ## write code/ from the chapters
	@echo "Tangling the chapters into code/"
	@$(literate) tangle

check: $(installed)  ## fail if code/ is not what the chapters give
	@$(literate) check

format: $(installed)  ## format the machinery and the tests (not code/: that is edited in the chapters)
	@$(python) -m ruff format book tests README.md
	@$(python) -m ruff check --fix book tests

oldest: $(oldest)/installed  ## test the module with the oldest NumPy that it promises
	@$(oldest)/bin/python -c 'import numpy; print("Testing the module with NumPy", numpy.__version__)'
	@$(oldest)/bin/python -m pytest --numprocesses auto --dist loadfile tests/module code

lock: _build/lock/installed  ## pin what pyproject.toml asks for
	@$(pin) --group book --group test --output-file requirements.txt pyproject.toml
	@$(pin) --group pyproject.toml:mutants --constraint requirements.txt --output-file tests/tools/mutation/requirements.txt
	@$(pin) --group pyproject.toml:site --constraint requirements.txt --output-file tests/browser/requirements.txt
	@$(pin) --group pyproject.toml:oldest --output-file tests/tools/oldest/requirements.txt
	@echo "requirements.txt, and those in tests/tools/mutation, tests/tools/oldest and tests/browser, pin what pyproject.toml asks for"

clean:  ## remove the site and what tools left behind (not .venv)
	@rm -rf _build build dist code/*.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find book code tests -type d -name __pycache__ -prune -exec rm -r {} +

# The environment. It is made anew when requirements.txt says something else, or when its installation was interrupted.
# $(installed) is a copy of what is installed; a clone that is only younger than the environment leaves it as it is.
$(installed): requirements.txt
	@if cmp -s requirements.txt $@; then touch $@; else $(MAKE) --no-print-directory environment; fi

environment:
	@test ! -e "$(VENV)" || test -e "$(VENV)/pyvenv.cfg" || { \
	  echo "$(VENV) is a folder, but no environment of Python; it is left as it is." \
	    "Say another place: make VENV=.venv" >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no program $(PYTHON). Install Python 3.11 or newer," \
	    "or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." \
	    "Say where a newer one is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) cannot make virtual environments." \
	    "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@echo "Installing the pinned requirements into $(VENV): $(COST)"
	@$(python) -m pip install --disable-pip-version-check --require-hashes -r requirements.txt || { \
	  echo "The installation failed; the reason stands above. The next make starts it again." >&2; \
	  exit 1; }
	@cp requirements.txt $(installed)

# What drives the browser is large and needed by nobody who reads or builds: it comes when it is asked for.
$(browsing): tests/browser/requirements.txt $(installed)
	@echo "Installing what drives the browser into $(VENV): about 170 MB"
	@$(python) -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(@D)
	@touch $@

# ESLint 9 and TypeScript 5 are the last ones for Node.js 18 and 20.
$(javascript)/installed: $(wildcard tests/tools/javascript/*)
	@command -v npm >/dev/null || { \
	  echo "There is no program npm. On Debian and Ubuntu: apt install npm" >&2; exit 1; }
	@echo "Installing ESLint and TypeScript into $(javascript): about 50 MB"
	@mkdir -p $(javascript)
	@cp tests/tools/javascript/* $(javascript)
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $(javascript)
	@touch $@

# Lighthouse 12 is the last one for Node.js 18 and 20.
$(audit)/installed: Makefile
	@command -v npm >/dev/null || { \
	  echo "There is no program npm. On Debian and Ubuntu: apt install npm" >&2; exit 1; }
	@echo "Installing Lighthouse and the Nu checker into $(audit): about 220 MB"
	@npm install --silent --no-audit --no-fund --ignore-scripts --prefix $(audit) \
	  lighthouse@12.8.2 vnu-jar@26.9.27
	@touch $@

_build/lock/installed: $(installed)
	@echo "Installing uv into _build/lock"
	@$(python) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

# mutmut and the oldest NumPy live in environments of their own, which see the packages of the other one, and add to them.
define beside
	@$(python) -m venv --clear $(@D)
	@$(python) -c '$(packages)' > "$$($(@D)/bin/python -c '$(packages)')/environment.pth"
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

$(mutmut)/installed: $(installed) tests/tools/mutation/requirements.txt
	@echo "Installing mutmut into $(mutmut)"
	$(call beside,tests/tools/mutation/requirements.txt)

$(oldest)/installed: $(installed) tests/tools/oldest/requirements.txt
	@echo "Installing the oldest NumPy into $(oldest)"
	$(call beside,tests/tools/oldest/requirements.txt)
