# The front door. `make run` and `make test` do all the set-up that a fresh Debian machine needs.
# SPDX-License-Identifier: Apache-2.0
.PHONY: run build test test-sanitized fuzz bench format clean help setup-build setup-test

PORT ?= 8080
DB ?= heng.db
SANITIZED = build-sanitized
web_sources := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null) api/openapi.yaml
pack_files := $(shell find packs/cn -type f 2>/dev/null)

help:
	@echo "make run     build everything, make $(DB) from packs/cn, serve http://127.0.0.1:$(PORT)"
	@echo "make test    run every test"
	@echo "make build   leave the program at build/heng"
	@echo "make bench   measure, each claim beside its peer"
	@echo "make format  lay out the C code and the rule files"
	@echo "make clean   remove what was built (never $(DB))"

run: build
	@test -e $(DB) || build/heng init --db $(DB)
	@exec build/heng serve --db $(DB) --port $(PORT)

build: setup-build web/dist/index.html build/build.ninja
	@ninja -C build --quiet

setup-build:
	@tools/setup build

setup-test:
	@tools/setup test

# Without the tests, so that building needs no package of theirs; test/all turns them on.
build/build.ninja: | setup-build
	@meson setup build -Dtests=false >build-setup.log 2>&1 || { cat build-setup.log; exit 1; }
	@rm -f build-setup.log

# npm keeps what it fetched in web/node_modules; the lock file says exactly what that is.
web/node_modules/.ready: web/package.json web/package-lock.json | setup-build
	@echo "Fetching what the pages are built with ..."
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: $(web_sources) web/node_modules/.ready
	@echo "Building the pages ..."
	@cd web && npm run --silent build >build.log 2>&1 || { cat build.log; exit 1; }
	@touch $@

test: setup-test build
	@test/all

bench: setup-test build
	@bench/all

format:
	@clang-format -i $$(git ls-files 'src/*.[ch]' 'test/*.[ch]' 'tools/*.c')
	@for f in $$(git ls-files 'packs/*.heng'); do build/heng rules format --in-place $$f; done

clean:
	rm -rf build web/build.log $(SANITIZED) build-clang web/dist
