# `make help` lists the targets. Everything is installed into .venv from the pinned files.

PYTHON ?= python3
BIN = .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Where Debian has haproxy, and a user's PATH does not look.
export PATH := $(PATH):/usr/sbin

.DEFAULT_GOAL = help
.PHONY: help run moderator attack test test-all test-alone test-fast test-mysql test-s3 test-terraform test-apply test-iam terraform-is-there audit check format lock package rehearse test-rehearsal cost preflight deploy rollback bench bench-memory

help:  ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

# With the client of the captioner that is chosen; openai and offline need nothing more.
run: .venv/installed-run$(addprefix -,$(filter gemini genai,$(or $(CAPTIONER),$(if $(GEMINI_API_KEY),gemini))))  ## start the site on http://127.0.0.1:5000
	@exec $(BIN)/python deploy/serve.py

moderator: NAME ?= moderator
moderator: .venv/installed-run  ## an account for /admin/ (NAME=… for another name)
	@$(BIN)/python manage.py migrate -v 0
	@$(BIN)/python manage.py moderator $(NAME)

# Two at a time: most of them wait for servers. Each says what it has to say when it ends, so that the lines of two are
# not mixed, and the others go on when one fails.
SIDE_BY_SIDE = mkdir -p build && rm -f build/failed-tests && FAILED_TESTS=build/failed-tests \
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going
WHAT_FAILED = { echo "Something has failed; what it said is above."; cat build/failed-tests 2>/dev/null; exit 1; }
# The longest first. What has no part of its own is in `others`.
FOLDERS = flow deploy browser benchmarks
PARTS = part-flow part-mariadb part-others $(filter-out part-flow,$(FOLDERS:%=part-%))
.PHONY: $(PARTS)

test: .venv/installed-test  ## all tests, on SQLite and on a private MariaDB, in parts of which two run at a time
	@echo "$(words $(PARTS)) parts, two at a time; each says how it went when it ends …"
	@$(SIDE_BY_SIDE) $(PARTS) || $(WHAT_FAILED)
	@$(MAKE) --no-print-directory test-alone

test-all: .venv/installed-rehearsal  ## what CI runs after `make check`: all of these but `make audit` and `make test-iam`
	@$(SIDE_BY_SIDE) test-rehearsal test-apply $(PARTS) test-terraform || $(WHAT_FAILED)
	@$(MAKE) --no-print-directory --keep-going test-alone attack

# Whether somebody is answered within a second in spite of an attack: not beside other tests.
test-alone: .venv/installed-test
	tests/pytest.sh tests/attack/test_attack.py

$(FOLDERS:%=part-%): part-%: .venv/installed-test
	tests/pytest.sh tests/$*

part-others: .venv/installed-test
	tests/pytest.sh $(FOLDERS:%=--ignore=tests/%) --ignore=tests/attack/test_attack.py

part-mariadb: .venv/installed-test
	TEST_DATABASE=mysql tests/pytest.sh tests/site tests/processors --ignore=tests/processors/images -m "not browser"

test-fast: .venv/installed-test  ## the tests that need no server
	$(BIN)/python -m pytest -m "not (slow or server or browser or package or terraform or apply or rehearsal or iam)"

test-mysql: .venv/installed-test  ## the second half of `make test` on a real MySQL server, from Debian's packages
	@$(BIN)/python -m tests.servers.mysql build/mysql
	REAL_MYSQL=build/mysql TEST_DATABASE=mysql $(BIN)/python -m pytest tests/site tests/processors tests/servers/test_mysql.py tests/flow/test_tls.py tests/flow/test_rotation.py --ignore=tests/processors/images -m "not browser"

test-s3: .venv/installed-test  ## presigned URLs, uploads and downloads on an S3 that verifies signatures, from Debian's packages
	@$(BIN)/python -m tests.servers.radosgw build/radosgw
	STRICT_S3=build/radosgw $(BIN)/python -m pytest tests/s3

test-terraform: terraform-is-there .venv/installed-test  ## terraform/: format, validity, each module on a mocked AWS
	tests/pytest.sh -m terraform tests/terraform

test-apply: terraform-is-there .venv/installed-test package  ## terraform/ applied to an AWS on this machine, and destroyed (about 10 minutes)
	tests/pytest.sh -m apply tests/terraform

terraform-is-there:
	@command -v terraform >/dev/null || { echo "Terraform is missing. Install 1.11 or newer: https://developer.hashicorp.com/terraform/install"; exit 1; }

audit: .venv-audit/installed  ## what checkov says of terraform/
	.venv-audit/bin/checkov --config-file .checkov.yaml

rehearse: .venv/installed-rehearsal  ## the whole cloud on this machine, about 4 minutes (KEEP=1 FAULTS=1 LOAD=1)
	@KEEP=$(KEEP) FAULTS=$(FAULTS) LOAD=$(LOAD) $(BIN)/python -m tests.rehearsal

test-rehearsal: .venv/installed-rehearsal  ## the rehearsal's story and each of its faults as a test
	tests/pytest.sh -m rehearsal tests/rehearsal

test-iam: terraform-is-there .venv/installed-rehearsal .venv-audit/installed build/iam/installed  ## every call to AWS against the policies, about 6 minutes (RECORDED=build/iam/last: without playing again)
	$(BIN)/python -m pytest -q -m iam tests/iam
	@RECORDED=$(RECORDED) $(BIN)/python -m tests.iam

attack: .venv/installed-test  ## a site on this machine under attack: slow connections, hostile files, kills, guesses (FULL=1)
	@FULL=$(FULL) $(BIN)/python -m tests.attack

check: .venv/installed-test  ## format, lint, types, migrations, import rules, settings of production
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest -q tests/test_rules.py
	env $$(cat tests/production.env) $(BIN)/python -m tests.check_deploy

format: .venv/installed-test  ## what ruff can mend by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

package: .venv/installed-run  ## build/*.zip: what terraform apply deploys, with the captioner of terraform.tfvars
	@$(BIN)/python -m deploy.package

cost: .venv/bin/python  ## what the stack costs a month, by deploy/prices.toml
	@$(BIN)/python -m deploy.cost

preflight: .venv/installed-operator  ## on AWS: what the account lacks for the first apply; it only reads
	@$(BIN)/python -m deploy.preflight

deploy: .venv/installed-operator  ## on AWS: build, apply, and wait until every instance runs it (AUTO=1: no question)
	@$(BIN)/python -m deploy.release $(if $(AUTO),--auto)

rollback: .venv/installed-operator  ## on AWS: the packages that ran before (AUTO=1: no question)
	@$(BIN)/python -m deploy.release --rollback $(if $(AUTO),--auto)

bench: .venv/installed-test  ## measure everything, write docs/performance.md (make bench NAME: one, on the screen)
	@$(BIN)/python -m benchmarks $(filter-out bench,$(MAKECMDGOALS))
ifeq (bench,$(firstword $(MAKECMDGOALS)))
$(filter-out bench,$(MAKECMDGOALS)): bench ; @:  # these words are names of benchmarks, not targets
endif

bench-memory: .venv/installed-test  ## memory and CPU of decoding, by kind and size of picture
	@$(BIN)/python -m benchmarks memory

lock: .venv/installed-test  ## pin the requirements anew (UPGRADE=--upgrade for newer versions)
	$(eval COMPILE = $(CURDIR)/$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras $(UPGRADE))
	cd requirements && for set in site one-machine thumbnail annotation captioner-gemini captioner-genai captioner-openai functions instance-build lambda-runtime operator audit; do $(COMPILE) $$set.in -o $$set.txt || exit 1; done
	$(COMPILE) requirements.in -o requirements.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make PYTHON=python3.13 …")'
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv"; rm -rf .venv; exit 1; }

# The lists are complete, so pip looks for nothing beside them: the pip of Python 3.11 takes google-auth with an extra and
# without one for two things, one of which has no hash.
.venv/installed-run: requirements/one-machine.txt | .venv/bin/python
	@echo "Installing the site into .venv …"
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/one-machine.txt
	@touch $@

.venv/installed-run-%: requirements/captioner-%.txt .venv/installed-run
	@echo "Installing Gemini's client ($*) into .venv …"
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r $<
	@touch $@

.venv/installed-operator: requirements/operator.txt .venv/installed-run
	@echo "Installing AWS's client into .venv …"
	@$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/operator.txt
	@touch $@

.venv/installed-test: requirements.txt tests/install-packages.sh | .venv/bin/python
	tests/install-packages.sh
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.txt
	@touch $@

.venv/installed-rehearsal: tests/rehearsal/install-packages.sh .venv/installed-test
	tests/rehearsal/install-packages.sh
	@touch $@

.venv-audit/installed: requirements/audit.txt
	@$(PYTHON) -m venv .venv-audit
	@echo "Installing checkov and parliament into .venv-audit …"
	@.venv-audit/bin/pip install --quiet --no-deps --require-hashes -r requirements/audit.txt
	@touch $@

build/iam/installed: tests/iam/package.json tests/iam/package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' || { echo "Node.js 20 or newer is missing, with npm: https://nodejs.org/ (on Debian and Ubuntu: apt-get install nodejs npm)"; exit 1; }
	@mkdir -p build/iam && cp tests/iam/package.json tests/iam/package-lock.json build/iam
	@echo "Installing the simulator of IAM into build/iam …"
	@cd build/iam && npm ci --no-audit --no-fund --loglevel error >/dev/null
	@touch $@
