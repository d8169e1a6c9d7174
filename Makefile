# opdesk: see README.md.  `make run` and `make test` are the two commands.
#
# One Makefile, not recursive.  Variables that callers may set:
#   CC, CFLAGS, BUILD (build directory), SAN (none, address, thread)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

CC ?= gcc
SAN ?= none
BUILD ?= build/$(SAN)

PKGS_common = libuv libcurl libcrypto libsodium libutf8proc
PKGS_mail = gmime-3.0
PKGS_db = sqlite3 libpq
PKGS_tui = ncursesw
PKGS_syncd = libmicrohttpd
PKGS_report = expat zlib
PKGS_audio = portaudio-2.0 sndfile
PKGS_tests = cmocka vterm libssl

WARN = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Wpointer-arith
# Of the programs' own code: STRICT=yes.
STRICT ?=
STRICT_all = -Wcast-qual -Wmissing-declarations -Wold-style-definition \
	-Wredundant-decls -Wnested-externs -Wdate-time -Walloca \
	-Wimplicit-fallthrough -Wunused-macros
STRICT_gcc = -Wlogical-op -Wdouble-promotion -Wduplicated-cond \
	-Wtrampolines -Wformat-signedness -Wformat-overflow=2 -Walloc-zero \
	-Warray-bounds=2 -Wshift-overflow=2
STRICT_clang = -Wunreachable-code -Wloop-analysis
HARDEN = -fstack-protector-strong -fstack-clash-protection -fPIE
CFLAGS ?= -O2 -g
SAN_none = -D_FORTIFY_SOURCE=3
SAN_address = -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
SAN_fuzz = -O1 -g1 -fsanitize=address,undefined,fuzzer-no-link \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
SAN_thread = -O1 -fsanitize=thread -fno-omit-frame-pointer
# What a killed program ran is lost, so each write of a figure is atomic.
SAN_cover = -O0 --coverage -fprofile-update=atomic
WERROR ?=
ifneq ($(STRICT),)
WARN += $(STRICT_all) $(STRICT_$(if $(findstring clang,$(CC)),clang,gcc))
endif

# pkg-config is asked once and its answer kept, when it knows what the programs
# need; deps.sh takes the answer away when it has installed more.
$(BUILD)/pkgs.mk: Makefile
	@mkdir -p $(@D)
	@pkg-config --exists $(PKGS_common) $(PKGS_mail) $(PKGS_db) $(PKGS_tui) \
	    $(PKGS_syncd) $(PKGS_report) $(PKGS_audio) 2>/dev/null || exit 0; \
	{ for g in common mail db tui syncd report audio tests; do \
	    case $$g in common) p="$(PKGS_common)";; db) p="$(PKGS_db)";; \
	    mail) p="$(PKGS_mail)";; \
	    tui) p="$(PKGS_tui)";; syncd) p="$(PKGS_syncd)";; \
	    report) p="$(PKGS_report)";; \
	    audio) p="$(PKGS_audio)";; \
	    tests) p="$(PKGS_tests)";; esac; \
	    echo "CF_$$g := $$(pkg-config --cflags $$p 2>/dev/null || true)"; \
	    echo "LD_$$g := $$(pkg-config --libs $$p 2>/dev/null || true)"; \
	done; } > $@
ifeq ($(filter clean deps,$(MAKECMDGOALS)),)
-include $(BUILD)/pkgs.mk
endif

ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -I. -I$(BUILD)/gen $(WARN) $(WERROR) \
	$(HARDEN) $(CFLAGS) $(SAN_$(SAN)) $(CF_common) $(CF_db) $(CF_tui) \
	$(CF_syncd) $(CF_tests) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(filter -fsanitize% --coverage,$(SAN_$(SAN)))
# These are loaded when they are first needed: http_client_lib.h, pg_lib.c; and
# mail_lib.h, whose headers nobody else sees.
LATE = -lcurl -lpq
$(BUILD)/common/mail_%.o all-flags: ALL_CFLAGS += $(CF_mail)
$(BUILD)/common/xml_pick.o all-flags: ALL_CFLAGS += $(CF_report)
$(BUILD)/tui/audio/rec_%.o all-flags: ALL_CFLAGS += $(CF_audio)
LIBS_db = $(filter-out $(LATE),$(LD_db))
LIBS_syncd = $(LD_syncd) $(LD_report)
LIBS_common = $(filter-out $(LATE),$(LD_common)) -lm -lpthread

SRC_common := $(wildcard common/*.c)
SRC_db := $(wildcard db/engine/*.c db/core/*.c db/records/*.c)
SRC_kb := $(wildcard kb/*.c)
SRC_tui := $(filter-out tui/main.c,$(wildcard tui/*.c tui/term/*.c \
	tui/widgets/*.c tui/model/*.c tui/screens/*.c tui/cli/*.c \
	tui/export/*.c \
	$(filter-out $(wildcard tui/audio/rec_*.c),$(wildcard tui/audio/*.c))))
# The recorder's own: nothing else links what it links.
SRC_rec := $(filter-out tui/audio/rec_main.c,$(wildcard tui/audio/rec_*.c))
SRC_syncd := $(filter-out syncd/main.c,$(wildcard syncd/*.c syncd/http/*.c \
	syncd/channels/*.c syncd/rehearse/*.c syncd/api/*.c syncd/work/*.c))
SRC_testlib := $(wildcard tests/lib/*.c)

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))
GEN := $(BUILD)/gen/schema.c $(BUILD)/gen/messages.c $(BUILD)/gen/mobile.c

.PHONY: all programs clean run test test-long fuzz-deps
all: programs

# The two commands.  They call make again, so that what deps.sh installed is
# seen by pkg-config.
run:
	@[ -t 0 ] && [ -t 1 ] || { tools/run.sh none; exit 2; }
	@packaging/deps.sh run
	@[ -e $(BUILD)/opdesk ] || \
		echo "Building opdesk; the first time takes some minutes..."
	@$(MAKE) --no-print-directory -s -j$$(nproc) programs
	@tools/run.sh $(BUILD)

test:
	@packaging/deps.sh test
	@tests/all.sh $(ONLY)
test-long:
	@packaging/deps.sh analyze
	@tests/all.sh long $(ONLY)
programs: $(BUILD)/opdesk $(BUILD)/opdesk-syncd $(BUILD)/opdesk-recorder

# What comes with the programs stands beside them: the guides, the cards of
# objections, and what the matcher learnt from their phrases.
GUIDES := $(sort $(wildcard kb/guides/*.json))
OBJECTIONS := $(sort $(wildcard kb/objections/*.json))
PROMPTS := $(sort $(wildcard kb/prompts/*.json))
MODELS := $(BUILD)/share/opdesk/guides.model \
    $(BUILD)/share/opdesk/objections.model
SHARED := $(patsubst kb/%,$(BUILD)/share/opdesk/%,$(GUIDES) $(OBJECTIONS) $(PROMPTS)) \
    $(MODELS)
$(BUILD)/opdesk: | $(SHARED)
$(BUILD)/share/opdesk/%.json: kb/%.json
	@mkdir -p $(@D)
	cp $< $@

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c $< -o $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(CC) $(ALL_CFLAGS) -c $< -o $@

define archive
	@rm -f $@
	$(AR) rcs $@ $^
endef
$(BUILD)/libcommon.a: $(call obj,$(SRC_common)) $(BUILD)/gen/messages.o
	$(archive)
$(BUILD)/libdb.a: $(call obj,$(SRC_db)) $(BUILD)/gen/schema.o
	$(archive)
$(BUILD)/libkb.a: $(call obj,$(SRC_kb))
	$(archive)
$(BUILD)/libtui.a: $(call obj,$(SRC_tui))
	$(archive)
$(BUILD)/librec.a: $(call obj,$(SRC_rec))
	$(archive)
$(BUILD)/libsyncd.a: $(call obj,$(SRC_syncd)) $(BUILD)/gen/mobile.o
	$(archive)
$(BUILD)/libtest.a: $(call obj,$(SRC_testlib))
	$(archive)

$(BUILD)/gen/schema.c: $(wildcard db/engine/schema/*.sql) tools/sql2c.sh
	@mkdir -p $(@D)
	tools/sql2c.sh $(sort $(filter %.sql,$^)) > $@
$(BUILD)/gen/messages.c: $(wildcard po/*.po) tools/po2c.sh
	@mkdir -p $(@D)
	tools/po2c.sh $(sort $(filter %.po,$^)) > $@

$(BUILD)/gen/mobile.c: syncd/mobile/mobile.css syncd/mobile/mobile.js \
    tools/text2c.sh
	@mkdir -p $(@D)
	tools/text2c.sh $(filter-out %.sh,$^) > $@

$(BUILD)/opdesk: $(BUILD)/tui/main.o $(BUILD)/libtui.a $(BUILD)/libkb.a \
    $(BUILD)/libdb.a $(BUILD)/libcommon.a
	$(CC) $(ALL_LDFLAGS) $^ -o $@ $(LD_tui) $(LIBS_db) $(LIBS_common)
$(BUILD)/opdesk-syncd: $(BUILD)/syncd/main.o $(BUILD)/libsyncd.a \
    $(BUILD)/libkb.a $(BUILD)/libdb.a $(BUILD)/libcommon.a
	$(CC) $(ALL_LDFLAGS) $^ -o $@ $(LIBS_syncd) $(LIBS_db) $(LIBS_common)
$(BUILD)/opdesk-recorder: $(BUILD)/tui/audio/rec_main.o $(BUILD)/librec.a \
    $(BUILD)/libcommon.a
	$(CC) $(ALL_LDFLAGS) $^ -o $@ $(LD_audio) $(LIBS_common)

$(BUILD)/tools/match-model: $(BUILD)/tools/match-model.o $(BUILD)/libkb.a \
    $(BUILD)/libdb.a $(BUILD)/libcommon.a
	$(CC) $(ALL_LDFLAGS) $^ -o $@ $(LIBS_db) $(LIBS_common)
$(BUILD)/share/opdesk/guides.model: $(GUIDES)
$(BUILD)/share/opdesk/objections.model: $(OBJECTIONS)
$(MODELS): $(BUILD)/share/opdesk/%.model: $(BUILD)/tools/match-model
	@mkdir -p $(@D)
	$< $* $@ $(filter %.json,$^)

# One program a test file.  tests/unit tests modules; the other folders start
# the real programs that stand in the same build directory.
TEST_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*.c))
WHOLE_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/e2e/*.c \
	tests/daemon/*.c tests/fault/*.c))
BENCH_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
# They are many, and each runs once: without sanitizers they are compiled and
# linked quickly.  What an optimizing compiler warns of is seen with sanitizers.
$(addsuffix /%.o,$(addprefix build/none/tests/,unit e2e daemon fault)): \
    CFLAGS := -O0 -g1
$(addsuffix /%.o,$(addprefix build/none/tests/,unit e2e daemon fault)): \
    SAN_none :=
$(addsuffix /%.o,$(addprefix build/none/tests/,unit e2e daemon fault)): \
    WERROR :=
.PHONY: tests unit whole-tests whole
tests: $(TEST_PROGRAMS) $(SHARED)
whole-tests: programs $(WHOLE_PROGRAMS)
# Beside the figures: what the libraries of the console alone take, and of the
# daemon.
EMPTY := $(BUILD)/tests/bench/empty
EMPTY_SYNCD := $(BUILD)/tests/bench/empty-syncd
$(EMPTY_SYNCD): $(EMPTY).o
	$(CC) $(ALL_LDFLAGS) -Wl,--no-as-needed $< -o $@ $(LD_syncd) $(LIBS_db) \
	    $(LIBS_common)
$(EMPTY): $(EMPTY).o
	$(CC) $(ALL_LDFLAGS) -Wl,--no-as-needed $< -o $@ $(LD_tui) $(LIBS_db) \
	    $(LIBS_common)
$(TEST_PROGRAMS) $(WHOLE_PROGRAMS) $(filter-out $(EMPTY),$(BENCH_PROGRAMS)): %: %.o \
    $(BUILD)/libtest.a $(BUILD)/libsyncd.a $(BUILD)/libtui.a \
    $(BUILD)/librec.a $(BUILD)/libkb.a $(BUILD)/libdb.a $(BUILD)/libcommon.a
	$(CC) $(ALL_LDFLAGS) -fuse-ld=lld -Wl,-O0 $(filter %.o,$^) -Wl,--start-group \
	    $(filter %.a,$^) -Wl,--end-group -o $@ $(LD_tui) $(LIBS_db) \
	    $(LIBS_syncd) $(LD_tests) -lutil $(LIBS_common)
# These record what they do to files: by name, as it replaces system calls.
$(filter $(BUILD)/tests/fault/test_power% $(BUILD)/tests/fault/test_kill_copy \
    $(BUILD)/tests/fault/test_kill_restore,$(WHOLE_PROGRAMS)): \
    $(BUILD)/tests/shim/tape.o
# These run out of memory: as above, and the shim itself without sanitizers.
$(filter $(BUILD)/tests/fault/test_memory%,$(WHOLE_PROGRAMS)): \
    $(BUILD)/tests/shim/alloc.o
$(BUILD)/tests/shim/alloc.o: SAN_$(SAN) =
# These put system calls that fail before the C library of the programs.
CALLS_SHIM := $(BUILD)/tests/shim/calls.so
$(filter $(BUILD)/tests/fault/test_calls%,$(WHOLE_PROGRAMS)): | $(CALLS_SHIM)
$(CALLS_SHIM): tests/shim/calls.c tests/shim/calls.h
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -I. -Wall -Wextra -O1 -g -fPIC -shared \
	    $< -o $@ -ldl
# What the disk's test puts before the C library.
FAULT_SHIM := $(BUILD)/tests/shim/fault.so
$(BUILD)/tests/fault/test_bad_disk $(BUILD)/tests/fault/test_way_back: | \
    $(FAULT_SHIM)
$(FAULT_SHIM): tests/shim/fault.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -fPIC -shared $< -o $@ -ldl
# A name whose address changes, for tests/e2e/webhooks_address.sh.
$(BUILD)/tests/shim/resolver.so: tests/shim/resolver.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -fPIC -shared $< -o $@ -ldl

# ---- manual, completions, installation ----
# The lists of options, verbs, keys and routes come from the programs' tables.
$(BUILD)/tools/manlist: $(BUILD)/tools/manlist.o $(BUILD)/libsyncd.a \
    $(BUILD)/librec.a $(BUILD)/libtui.a $(BUILD)/libkb.a $(BUILD)/libdb.a $(BUILD)/libcommon.a
	$(CC) $(ALL_LDFLAGS) $< -Wl,--start-group $(filter %.a,$^) \
	    -Wl,--end-group -o $@ $(LD_tui) $(LIBS_db) $(LIBS_syncd) $(LIBS_common)

MAN_PAGES := $(patsubst man/%,$(BUILD)/man/%,$(wildcard man/*.[1-8] \
	man/es/*.[1-8]))
$(BUILD)/man/%: man/% tools/man.sh $(BUILD)/tools/manlist
	@mkdir -p $(@D)
	tools/man.sh $(BUILD)/tools/manlist $< > $@
$(BUILD)/completions/%: $(BUILD)/tools/manlist
	@mkdir -p $(@D)
	$< completion $* > $@
$(BUILD)/opdesk.conf.example: $(BUILD)/tools/manlist
	$< example en > $@
COMPLETIONS := $(patsubst %,$(BUILD)/completions/%,bash zsh fish)

.PHONY: man man-lint completions install
man: $(MAN_PAGES)
completions: $(COMPLETIONS)
man-lint: man
	tests/lint/man.sh $(MAN_PAGES)

PREFIX ?= /usr/local
UNITDIR ?= $(PREFIX)/lib/systemd/system
install: programs man completions $(BUILD)/opdesk.conf.example
	BUILD=$(BUILD) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) UNITDIR=$(UNITDIR) \
	    packaging/install.sh

# Small programs that test scripts use.
$(BUILD)/tests/tools/%: $(BUILD)/tests/tools/%.o $(BUILD)/libcommon.a
	$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) -o $@ $(LIBS_common)
$(BUILD)/tests/tools/llmstand: $(BUILD)/tests/lib/llm_stand.o
unit: tests
	tests/run.sh $(TEST_PROGRAMS)

# What takes its desk from tests/lib/engine.h runs once more on PostgreSQL.
# Screens ask nothing of an engine but by what is tried there, and what goes
# over every operation takes long there: NIGHT=1 runs these on it too.
NIGHT ?=
.PHONY: unit-postgres
unit-postgres: tests
	SESSION_STEPS=$${SESSION_STEPS:-1000} JOBS=$${JOBS:-3} OPDESK_TEST_ENGINE=postgres \
	    tests/lib/pg.sh tests/run.sh \
	    $$(grep -l ' tests/lib/engine.h' $(addsuffix .d,$(TEST_PROGRAMS)) | \
	    $(if $(NIGHT),cat,xargs grep -L -e ' tui/app.h' \
	    -e ' tests/lib/permissions.h' -e ' tests/lib/undo_table.h') | \
	    sed 's|\.d$$||') $(if $(NIGHT),,$(BUILD)/tests/unit/test_readonly)

# The real programs once more on PostgreSQL, but those whose first comment says
# that they are about SQLite's file (tests/lib/engines.bash).
.PHONY: whole-postgres rounds rounds-postgres
ON_POSTGRES := OPDESK_TEST_ENGINE=postgres
RUN := TEST_TIMEOUT=$${TEST_TIMEOUT:-900} JOBS=$${JOBS:-3}
whole: whole-tests
	$(FEW) $(RUN) tests/run.sh \
	    $(if $(NIGHT),$(WHOLE_PROGRAMS),$(filter-out $(KILLED_PROGRAMS),$(WHOLE_PROGRAMS)))
whole-postgres: whole-tests
	$(RUN) $(ON_POSTGRES) tests/lib/pg.sh tests/run.sh \
	    $(filter-out $(ROUNDS_PROGRAMS) $(if $(NIGHT),,%/test_oracle),$(WHOLE_PROGRAMS))

# What kills, cuts, crowds and fails again and again.  Sanitizers slow that down and
# see no more in the last round than in the first: with them each runs FEW.
# The longest ones first.
ROUNDS_PROGRAMS := $(addprefix $(BUILD)/tests/fault/,test_power \
    test_kill_daemon test_power_upgrade test_kill_copy test_upgrade_server \
    test_kill_console test_kill_recorder test_server_crash test_kill_restore test_power_files \
    test_memory_people test_memory_talk test_memory_guides test_memory_undoables \
    test_checkpoints test_writers test_calls test_calls_beside \
    test_calls_console test_calls_daemon test_calls_sockets) \
    $(BUILD)/tests/e2e/test_oracle_cli
# A program that is killed tells its sanitizers nothing: NIGHT=1 runs these with
# them too, for what comes after.
KILLED_PROGRAMS := $(addprefix $(BUILD)/tests/fault/,test_power \
    test_power_files test_power_upgrade test_kill_copy test_kill_console test_kill_recorder \
    test_kill_daemon test_kill_restore test_server_crash test_upgrade_server)
FEW := KILL_ROUNDS=20 CONSOLE_ROUNDS=8 RECORDER_ROUNDS=3 CRASH_ROUNDS=2 POWER_STATES=100 \
    POWER_FILE_STATES=50 UPGRADE_STATES=4 UPGRADE_SCHEMAS=1 KILL_STRIDE=600 \
    KILL_STEP=25 FAULT_ROUNDS=2 FAULT_SYNCS=0 CHECKPOINT_SECONDS=3 WRITERS=4 SAVES=50 \
    ORACLE_STEP=5 MEMORY_STEP=6
rounds: programs $(ROUNDS_PROGRAMS)
	TEST_TIMEOUT=$${TEST_TIMEOUT:-900} JOBS=$${JOBS:-6} tests/run.sh $(ROUNDS_PROGRAMS)
rounds-postgres: programs $(ROUNDS_PROGRAMS)
	KILL_ROUNDS=$${KILL_ROUNDS:-30} CONSOLE_ROUNDS=$${CONSOLE_ROUNDS:-10} RECORDER_ROUNDS=$${RECORDER_ROUNDS:-3} \
	    SEND_STEP=$${SEND_STEP:-800} KILL_STEP=$${KILL_STEP:-12} \
	    KILL_STRIDE=$${KILL_STRIDE:-300} $(RUN) $(ON_POSTGRES) tests/lib/pg.sh tests/run.sh \
	    $(if $(NIGHT),$(ROUNDS_PROGRAMS),$(filter-out $(addprefix %/test_,kill_copy calls_console calls_sockets memory_people memory_talk memory_undoables),$(ROUNDS_PROGRAMS)))

# Figures beside their limits: make bench, or make bench ONLY="webhook db".
BENCH_TICKETS ?= 1000000
BENCH_SECONDS ?= 3
ONLY ?=
.PHONY: bench bench-programs
bench-programs: programs $(BENCH_PROGRAMS) $(EMPTY_SYNCD)
bench:
	@packaging/deps.sh bench
	@$(MAKE) --no-print-directory -s SAN=none bench-programs
	@BENCH_DIR=$(CURDIR)/build/bench BENCH_TICKETS=$(BENCH_TICKETS) BENCH_SECONDS=$(BENCH_SECONDS) \
	    tests/bench/run.sh build/none/tests/bench $(ONLY)

# What has threads, under ThreadSanitizer: make SAN=thread tsan.
TSAN_PROGRAMS := $(foreach t,work http_client log zone digest store model \
	spool outbox_run job_run, \
	$(filter %/test_$(t),$(TEST_PROGRAMS)))
.PHONY: tsan tsan-tests
tsan-tests: $(TSAN_PROGRAMS)
tsan: tsan-tests
	tests/run.sh $(TSAN_PROGRAMS)

# libFuzzer programs, each for FUZZ_SECONDS on its corpus; what they find new
# stays in the build directory.  That of key files needs all of the console and
# runs by night.  Of our own code they compile what they link and no more: the
# linker tells it of the plain build's objects.
FUZZ_SECONDS ?= 20
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(filter-out \
    $(if $(NIGHT),,%/fuzz_keys.c),$(wildcard tests/fuzz/fuzz_*.c)))
LD_fuzz = $(LD_tui) $(LIBS_db) $(LIBS_syncd) $(LIBS_common)
FUZZ_NEEDS := build/fuzz/needs
FUZZED := $(addprefix $(BUILD)/,$(shell sed -n \
    '/\/tests\//d; s/^build\/none\///p' $(FUZZ_NEEDS) 2>/dev/null))
.PHONY: fuzz fuzz-needs fuzzers
fuzz:
	$(MAKE) SAN=none fuzz-needs
	$(MAKE) SAN=fuzz CC=clang fuzzers
	tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS:$(BUILD)/%=build/fuzz/%)
LINKABLE := $(call obj,$(SRC_common) $(SRC_db) $(SRC_kb) $(SRC_tui) \
    $(SRC_syncd)) $(GEN:.c=.o)
fuzz-needs: $(addsuffix .o,$(FUZZERS)) $(LINKABLE)
	@mkdir -p $(dir $(FUZZ_NEEDS))
	$(CC) -fuse-ld=lld -nostartfiles -o $(FUZZ_NEEDS).linked \
	    -Wl,-e,LLVMFuzzerTestOneInput,-z,muldefs,--trace \
	    $(addsuffix .o,$(FUZZERS)) -Wl,--start-lib $(LINKABLE) \
	    -Wl,--end-lib $(LD_fuzz) > $(FUZZ_NEEDS)
fuzzers: $(FUZZERS)
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(FUZZED)
	$(CC) $(ALL_LDFLAGS) -fuse-ld=lld -fsanitize=fuzzer $< -Wl,--start-lib \
	    $(FUZZED) -Wl,--end-lib -o $@ $(LD_fuzz)

# Every file compiled and nothing linked; and what a tool needs that compiles
# by itself.
.PHONY: objects program-objects test-objects all-flags
objects: program-objects test-objects
program-objects: $(call obj,$(filter-out tests/%,$(wildcard */*.c */*/*.c))) \
    $(GEN:.c=.o)
test-objects: $(call obj,$(wildcard tests/*.c tests/*/*.c))
all-flags:
	@echo $(filter-out -MMD -MP,$(ALL_CFLAGS))

# Compilers' strict warnings, analysers, the built programs, memcheck; or one
# of its parts: make analyze ONLY=tidy.
.PHONY: analyze
analyze:
	@packaging/deps.sh analyze
	@tests/analyze/all.sh $(ONLY)

# How many lines the unit tests and the whole programs run, by folder and the
# least covered files: make coverage, or make coverage COVER="test_json ...".
COVER ?=
COVERING = $(TEST_PROGRAMS) $(WHOLE_PROGRAMS)
COVERED_BY = $(if $(COVER),$(filter $(addprefix %/,$(COVER)),$(COVERING)),\
	$(COVERING))
.PHONY: coverage coverage-run
coverage:
	@packaging/deps.sh test
	@$(MAKE) -s SAN=cover coverage-run
coverage-run: programs $(COVERED_BY)
	@find $(BUILD) -name '*.gcda' -delete
	@TEST_TIMEOUT=600 tests/run.sh $(COVERED_BY) | tail -n 1
	@tests/coverage.sh $(BUILD)

# The rules of the house; the lint first shows that it still finds faults.
.PHONY: lint
lint:
	tests/lint/lint.sh --self-test
	tests/lint/lint.sh
	tests/lint/po.sh
	tests/lint/phrases.sh --self-test
	tests/lint/phrases.sh

# What the program itself says of the knowledge that comes with it.
.PHONY: knowledge-lint
knowledge-lint: $(BUILD)/opdesk
	$(BUILD)/opdesk guide check --strict $(GUIDES)
	$(BUILD)/opdesk hint check $(OBJECTIONS)

# Extract the marked strings into the catalogues (see CONTRIBUTING.md).
.PHONY: po-update
po-update:
	tools/po-update.sh $(sort $(wildcard po/*.po))

# Rewrites only the golden screens that differ, and prints the difference.
GOLDEN_TESTS := $(shell grep -l golden tests/unit/*.c)
.PHONY: golden-update
golden-update: $(patsubst %.c,$(BUILD)/%,$(GOLDEN_TESTS))
	@for t in $^; do GOLDEN_UPDATE=1 $$t 2>/dev/null | \
	    grep -v '^\[' || true; done

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
