# Tally. `make` alone lists what can be made.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Signature recovery is five times slower without C.
export CGO_ENABLED := 1
export GOFLAGS     := $(GOFLAGS) -buildvcs=false

# Knobs. `make` lists them.

#> more flags of the program that the target starts
ARGS     ?=
#> 1: the long form of test-contracts, 100,000 runs
LONG     ?=
#> go test's limit for each package, in test
TIMEOUT  ?= 60m
#> packages that are tested at the same time in check, and under the race detector in test; fewer where memory is short
PACKAGES ?= 4
#> for each target of fuzz
FUZZTIME ?= 30s
#> percent of the damage that the tests must find, in mutate
EFFICACY ?= 90
#> mutants judged at the same time, in mutate
WORKERS  ?= 2
#> form of the Fabric network: default (six peers, four BFT orderers) or small (three peers, one Raft orderer)
NETWORK  ?= default
#> random commands of the differential machine, in test-fabric
COMMANDS ?= 5000
#> orderers killed one after the other, in kills
KILLS    ?= 40
#> 1: orderers as Fabric ships them, at each target that runs Fabric
STOCK    ?=
#> sections of bench, as in "redeem lookup"; all if empty
BENCH    ?=
#> a commit, in compare
BEFORE   ?= HEAD~1
#> commands that bench-audit measures
AUDITED  ?= 20000
#> how long soak takes
SOAK     ?= 30m
#> a file for the figures of drills, bench, bench-fabric and soak, as JSON
REPORT   ?=

CONTRACTS := $(wildcard $(addprefix contracts/,*.sol interfaces/*.sol libraries/*.sol types/*.sol))
NPM       := scripts/npm/node_modules/.package-lock.json
COMBINED  := .cache/contracts/combined.json
BINDINGS  := $(addprefix internal/ledger/evm/contract/bind/,bind.go runtime.hex administration.hex)

# A target's help follows its name, a knob's stands on the line before the knob.
help:
	@awk -F ':.*## ' '\
		/^##@ / {printf "%s%s\n", (n++ ? "\n" : ""), substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2} \
		/^#> / {what = substr($$0, 4)} \
		/^[A-Z]+ +[?]=/ && what {split($$0, k, / *[?]= */); knobs = knobs sprintf("  %-15s %s%s\n", k[1], what, k[2] ? " (" k[2] ")" : ""); what = ""} \
		END {printf "\nKnobs, as in: make fuzz FUZZTIME=5m\n%s", knobs}' Makefile

##@ Build

setup: packages $(NPM) ## install what is missing: Debian packages (needs root then), npm packages

packages:
	@scripts/packages.sh

$(NPM): scripts/npm/package-lock.json | packages
	@echo "setup: installing the npm packages of scripts/npm"
	@npm --prefix scripts/npm ci --loglevel=error >/dev/null
	@touch $@

build: | packages ## build the commands into bin/
	@go build -o bin/ ./cmd/...

contracts: $(COMBINED) ## compile the contracts and report their size

$(COMBINED): $(CONTRACTS) scripts/compile.mjs $(NPM)
	@node scripts/compile.mjs

generate: $(BINDINGS) ## write the generated files again when their sources changed

$(BINDINGS) &: $(COMBINED) scripts/bindings.sh scripts/tools.mod
	@scripts/bindings.sh

nodes: $(NPM) ## the nodes that the tests run: geth and Fabric are built, anvil is an npm package
	@scripts/tools.sh geth >/dev/null
	@scripts/fabric.sh >/dev/null

clean: ## remove what was built; the ledger's data in .data stays
	@rm -rf bin .cache scripts/npm/node_modules

##@ Try it

run: build ## start a server to play with, below .data
	@scripts/run.sh $(ARGS)

demo: setup build ## vouchers from issue to audit, on this machine; LEDGER=journal: on a journal; LEDGER=fabric: on a Fabric network of its own; INDEX=redis: with a Redis
	@scripts/demo.sh

##@ Test

# The drivers' suites on nodes that others wrote take minutes: make test runs them.
OTHERS := /(internal/ledger/evm/remote|internal/ledger/fabric|network/fabric)$$

check: build nodes ## the inner loop: build, vet, short tests, without the drivers' suites on EVM nodes and Fabric networks
	@go vet ./...
	@go test -p $(PACKAGES) -short -shuffle=on $$(go list ./... | grep -vE '$(OTHERS)')

# The servers of these tests are processes of their own, and most end by kill -9: nobody
# hears what a race detector says in them.
KILLED  := TestDrills_.* TestServe_KilledLosesNothing TestKill_.* TestCluster_.* TestLimits_.* TestStorm_.* TestHistories_.* \
	TestRelayerBudget_.* TestJournal_LostHistory TestAcceptLostHistory_.* TestReadme_FiveMinutesByHand TestFaults_.* \
	TestCalls_.* TestAuditLog_.* TestExpectLedger_.* TestFounding_IsSaid TestJournal_DirectoryOfAnotherKind TestFullDisk_.* \
	TestAttack_Stream_Broken TestAttack_Stream_Unread TestRedis_.* TestRates_TwoServersCountOneToken TestCheckIndex_.*
# These tests do one thing again and again. Other tests run the same code under the
# race detector, which makes these up to ten times slower: they are played without it.
UNRACED := TestMachine_DecidesAsTheRules TestRules_AnyHistory TestAttack_Calldata_AsTheContractReads \
	TestEncoding_OneForEachCommand TestABI_.* TestCode_Changed TestProof_FlippedBits TestProof_Garbage \
	TestVerify_FlippedBits TestIndex_MemoryPerVoucher TestAttack_Disk_EveryFile TestWords_BannedPhrases \
	TestWrongWays_NoFalseYesAndNoFalseNo TestWrongWays_ReadsFail TestOpen_ObsoleteLog \
	TestSections_.* TestRedeemSection_.* TestSoak_ShortForm TestAttack_Verify_NoFileFillsMemory TestMeasure_Runs $(KILLED)
THOSE   := ($(subst $() $(),|,$(strip $(UNRACED))))
# scrypt is slow on purpose and has one goroutine. Every command of the line that signs runs it.
SCRYPT  := -gcflags=golang.org/x/crypto/scrypt=-race=false
GOTEST   = "$$(scripts/tools.sh gotestsum)" --format standard-quiet -- -shuffle=on -timeout $(TIMEOUT)
# The packages that take longest begin first: go test keeps the order that it is given.
LONGEST       := $(addprefix ./,network/fabric cmd/tally internal/httpapi internal/ledger/fabric internal/ledger/evm/remote cmd/tally-verify)
LONGEST_PLAIN := $(addprefix ./,cmd/tallyd scripts/bench)

# Two of these at a time, as each waits now and then for a disk or a node. What one prints
# comes in one piece when it has ended. The tests are last: what fails sooner is told sooner.
test: setup postgres nodes ## everything that must hold: generated files, lint, all tests, and the race detector where goroutines meet
	@$(MAKE) --no-print-directory -j2 --output-sync=target check-generate check-smartbft lint test-npm test-contracts test-raced test-unraced

test-raced: setup postgres nodes # under the race detector
	@$(GOTEST) -p $(PACKAGES) -race $(SCRYPT) -skip '^$(THOSE)$$' $(LONGEST) ./...

# Most of these tests wait for processes of their own, so four of a package go on at a time.
test-unraced: setup postgres nodes # without
	@$(GOTEST) -p 2 -parallel 4 -run '^$(THOSE)$$' $(LONGEST_PLAIN) \
		$$(grep -rlE --include=*_test.go '^func $(THOSE)\(' cmd internal scripts | xargs -n1 dirname | sort -u | sed 's|^|./|')

lint: $(NPM) ## golangci-lint, go vet, solhint
	@"$$(scripts/tools.sh golangci-lint)" run
	@go vet ./...
	@scripts/npm/node_modules/.bin/solhint --noPoster --disc --max-warnings 0 $(CONTRACTS)
	@scripts/npm/node_modules/.bin/solhint --noPoster --disc --max-warnings 0 -c contracts/test/.solhint.json $(wildcard contracts/test/*.sol)

vuln: $(NPM) ## known vulnerabilities that the code reaches; scripts/vuln-allow.txt names those that may stand
	@scripts/vuln.sh

check-generate: $(COMBINED) ## fail when a committed generated file is not what its source gives
	@scripts/check-generate.sh

test-npm: $(NPM) ## intents, leaves, JSON-RPC and pages, against libraries and a browser that are not ours
	@scripts/packages.sh chromium:chromium
	@$(if $(wildcard scripts/npm/*.test.mjs),node --test --test-reporter=spec $(wildcard scripts/npm/*.test.mjs))

test-contracts: $(NPM) ## properties and invariants of the contracts, with forge
	@FOUNDRY_FUZZ_RUNS=$(if $(LONG),100000,1000) FOUNDRY_INVARIANT_RUNS=$(if $(LONG),256,32) scripts/test-contracts.sh

check-smartbft: ## the patches of SmartBFT are whole, and apply; their tests pass on all of them
	@scripts/smartbft.sh test

test-smartbft: ## patch by patch: its tests fail on the patches before it and pass with it, and so do SmartBFT's own; ten minutes
	@scripts/smartbft.sh test-each

# Built first: a test that is run by go has no terminal for its progress bar.
tamper: ## flip every bit of an evidence pack of 12 kB, and of all that is in it; forge histories: each must be rejected for the right reason
	@mkdir -p .cache && go test -c -o .cache/tamper.test ./internal/audit/pack
	@cd internal/audit/pack && TALLY_LONG=1 ../../../.cache/tamper.test -test.v -test.timeout 2h -test.run 'Tamper|Forge|Forked|Rewritten'

fuzz: ## each fuzz target for FUZZTIME
	@FUZZTIME=$(FUZZTIME) scripts/fuzz.sh

# One random history for every mutant, and none made shorter when it fails.
MUTATE := go run ./scripts/mutate -least $(EFFICACY) -workers $(WORKERS)
SEEDED := ./internal/voucher -rapid.seed=1 -rapid.shrinktime=0s -rapid.nofailfile

mutate: ## damage the rules in one small way after another: the tests must find EFFICACY percent of it
	@$(MUTATE) $(SEEDED)

mutate-short: ## the same with the rules of holds, places and rollbacks only
	@$(MUTATE) -files hold.go,capture.go,release.go,places.go,deliver.go,rollback.go $(SEEDED)

mutate-pricing: ## the same with what vouchers take off a cart
	@$(MUTATE) ./internal/pricing -test.short -rapid.seed=1 -rapid.shrinktime=0s -rapid.nofailfile

attack: build nodes ## what strangers, spoiled disks and thieves do to a server, on every ledger: TestAttack_…, the long form
	@TALLY_LONG=1 go test -count=1 -timeout 2h -v -run '^TestAttack_' $$(grep -rl --include=*_test.go '^func TestAttack_' . | xargs -n1 dirname | sort -u) | grep -vE '^(=== |\[GIN)'

faults: ## fail, and kill, at each system call of a command and of a start, on each ledger that one operator runs
	@TALLY_LONG=1 go test -count=1 -timeout 1h -v -run '^TestFaults_' ./internal/ledger/journal ./internal/ledger/evm/embedded

##@ Fabric

# All of a network is below .data/fabric-NETWORK.
TALLY_NET = bin/tally-network --data .data/fabric-$(NETWORK) --programs "$$(scripts/fabric.sh)"

network-up: build ## bring a Fabric network of the form NETWORK up, or heal it
	@$(TALLY_NET) up --form $(NETWORK) $(ARGS)

network-status: build ## the nodes of the network: processes, heights, when certificates expire
	@$(TALLY_NET) status $(ARGS)

network-down: build ## end the processes of the network; ARGS=--erase deletes its keys and ledger too
	@$(TALLY_NET) down $(ARGS)

network-hosts: ## a consortium of four hosts in network namespaces: cut off, healed, joined again
	@scripts/hosts.sh

test-fabric: ## the Fabric driver on a network of the form NETWORK, with COMMANDS random commands
	@TALLY_NETWORK=$(NETWORK) TALLY_COMMANDS=$(COMMANDS) go test -count=1 -timeout 1h -run TestFabric_OnANetwork ./internal/ledger/fabric

drills: build nodes ## kill and freeze every part of a Fabric network under load
	@TALLY_LONG=1 TALLY_REPORT=$(abspath $(REPORT)) go test -count=1 -v -timeout 2h -parallel 1 ./cmd/tallyd -run '^(TestDrills_NodesFailUnderLoad|TestCluster_On.*)$$/^(OneOfAThousandSalesWins|FlashDrop)$$'

kills: build nodes ## kill KILLS orderers of a BFT network under load, one after the other, and print how long the others took to go on
	@TALLY_KILLS=$(KILLS) go test -count=1 -v -timeout 2h ./network/fabric -run '^TestOrderers_GoOnWithoutEachOfThem$$'

##@ Figures

# Programs that measure. They are no part of the product.
MEASURE = go build -o .cache/bench/ ./scripts/bench/... && .cache/bench/bench

postgres: # what the coupon table is on
	@scripts/packages.sh pg_ctlcluster:postgresql

bench: build postgres ## figures of this machine, beside the table that one would write instead
	@$(MEASURE) run $(if $(REPORT),--report $(REPORT)) $(ARGS) $(BENCH)

plots: $(NPM) ## the figures of the report REPORT as pictures, in scripts/bench/plots
	@node scripts/plots.mjs "$(REPORT)" scripts/bench/plots

compare: build ## redemptions at the tallyd of the commit BEFORE and at this one, in turns
	@scripts/compare.sh "$(BEFORE)" $(if $(REPORT),--report $(REPORT)) $(ARGS)

bench-free: nodes ## what a command that costs its author nothing leaves on the disk of each ledger
	@go test -count=1 -run xxx -bench '^BenchmarkFreeCommands$$' -benchtime 1x ./internal/ledger/evm/embedded ./internal/ledger/evm/remote ./internal/ledger/fabric

bench-fabric: build nodes ## redemptions a second over HTTP on Fabric, BFT and Raft, with shared transactions and without
	@TALLY_REPORT=$(abspath $(REPORT)) go test -count=1 -timeout 1h -run xxx -bench '^Benchmark(Fabric|FirstRedemption)$$' -benchtime 1x ./cmd/tallyd

bench-audit: ## what an auditor's program and a log do in a second, on AUDITED commands; a million take half an hour
	@TALLY_COMMANDS=$(AUDITED) go test -count=1 -timeout 2h -run xxx -bench 'Pack|Derive|Export' -benchtime 1x ./cmd/tally-verify
	@go test -count=1 -run xxx -bench Verify ./internal/audit/receipt

soak: build ## one tallyd under mixed load for SOAK: fails where its goroutines or heap grow; ARGS="--ledger journal"
	@$(MEASURE) soak --for $(SOAK) $(if $(REPORT),--report $(REPORT)) $(ARGS)

.PHONY: help setup packages build contracts generate check-generate lint vuln nodes check test test-raced test-unraced test-npm test-contracts check-smartbft test-smartbft tamper fuzz mutate mutate-short mutate-pricing run demo network-up network-status network-down network-hosts test-fabric attack faults drills kills bench-fabric postgres bench plots compare bench-audit bench-free soak clean
